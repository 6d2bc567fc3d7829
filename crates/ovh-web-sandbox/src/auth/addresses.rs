//! The address blocks of `allowedIPs`: `192.0.2.0/24`, `2001:db8::/32`, or one address.

use std::net::IpAddr;

use serde_json::Value;

use crate::response::Refusal;

/// Returns `true` if `block` contains `address`.
pub(super) fn contains(block: &str, address: IpAddr) -> bool {
    let Some((network, bits)) = parse(block) else {
        return false;
    };
    let (network, address, length) = match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => (
            u128::from(network.to_bits()) << 96,
            u128::from(address.to_bits()) << 96,
            bits,
        ),
        (IpAddr::V6(network), IpAddr::V6(address)) => (network.to_bits(), address.to_bits(), bits),
        _ => return false,
    };
    // A block of no bits contains every address; a shift by all bits returns `None`.
    (network ^ address).checked_shr(128 - length).unwrap_or(0) == 0
}

/// Refuses a list with other values.
pub(crate) fn check(blocks: Option<&Value>) -> Result<(), Refusal> {
    let blocks = blocks.and_then(Value::as_array).into_iter().flatten();
    for (index, block) in blocks.enumerate() {
        if block.as_str().and_then(parse).is_none() {
            let place = format!("$.allowedIPs[{index}]");
            return Err(Refusal::bad_value(&place, "not an address block"));
        }
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
