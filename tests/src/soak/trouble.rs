//! Random faults for a step.

use fastrand::Rng;
use ovh_web_sandbox::{ErrorShape, Fault};

/// A fault for the next calls, in about every third step.
pub(super) fn draw(random: &mut Rng) -> Option<Fault> {
    if random.u8(0..100) >= 35 {
        return None;
    }
    let status = || [500, 502, 503, 504];
    let fault = match random.u8(0..13) {
        0 | 1 => Fault::everywhere().status(random.choice(status())?),
        2 => Fault::everywhere().html(random.choice(status())?),
        3 => Fault::everywhere().status(503).shape(ErrorShape::Empty),
        4 => Fault::everywhere()
            .status(429)
            .retry_after(random.u64(1..5)),
        5 => Fault::everywhere().status(400).error_code("QUERY_TIME_OUT"),
        // The write is applied, but its response is lost.
        6 => Fault::everywhere()
            .status(random.choice(status())?)
            .after_effect(),
        7 => Fault::everywhere().reset_after(),
        8 => Fault::everywhere().truncate(random.usize(0..20)),
        9 => Fault::everywhere().reset_before(),
        10 => Fault::everywhere().wrong_type(""),
        11 => Fault::everywhere().clock_skew(if random.bool() { 900 } else { -900 }),
        _ => Fault::everywhere().status(408),
    };
    // Up to one more than a call is repeated, so that some calls fail.
    Some(fault.times(random.u64(1..6)))
}
