//! The address blocks of `allowedIPs`: `192.0.2.0/24`, `2001:db8::/32`, or one address.

use std::net::IpAddr;

use crate::response::Refusal;

pub(super) fn contains(block: &str, address: IpAddr) -> bool {
    let Some((network, bits)) = parse(block) else {
        return false;
    };
    // The bits of an address, first bit first.
    let bits_of = |address: IpAddr| match address {
        IpAddr::V4(address) => u128::from(address.to_bits()) << 96,
        IpAddr::V6(address) => address.to_bits(),
    };
    let difference = bits_of(network) ^ bits_of(address);
    // A block of no bits contains every address; a shift by all bits returns `None`.
    network.is_ipv4() == address.is_ipv4() && difference.checked_shr(128 - bits).unwrap_or(0) == 0
}

/// Refuses a list with other values.
pub(crate) fn check(blocks: &[String]) -> Result<(), Refusal> {
    for (index, block) in blocks.iter().enumerate() {
        let place = format!("$.allowedIPs[{index}]");
        Refusal::unless(parse(block).is_some(), &place, "not an address block")?;
    }
    Ok(())
}

fn parse(block: &str) -> Option<(IpAddr, u32)> {
    let (network, bits) = match block.split_once('/') {
        Some((network, bits)) => (network, Some(bits.parse::<u32>().ok()?)),
        None => (block, None),
    };
    let network: IpAddr = network.parse().ok()?;
    let most = if network.is_ipv4() { 32 } else { 128 };
    let bits = bits.unwrap_or(most);
    (bits <= most).then_some((network, bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_network_prefix() {
        for (block, address, held) in [
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.0/8", "127.9.9.9", true),
            ("192.0.2.0/24", "127.0.0.1", false),
            ("0.0.0.0/0", "127.0.0.1", true),
            ("127.0.0.1/33", "127.0.0.1", false),
            ("::1", "127.0.0.1", false),
            ("::/0", "::1", true),
            ("2001:db8::/32", "2001:db8:1::", true),
            ("2001:db8::/32", "2001:db9::", false),
            ("nonsense", "127.0.0.1", false),
        ] {
            let address = address.parse().expect("an address");
            assert_eq!(contains(block, address), held, "{block} {address}");
        }
    }
}
