//! Random faults for a step.

use fastrand::Rng;
use ovh_web_sandbox::{ErrorShape, Fault};

/// A fault for the next calls, in about every third step.
pub(super) fn draw(random: &mut Rng) -> Option<Fault> {
    if random.u8(0..100) >= 35 {
        return None;
    }
    let fault = of(random, Fault::everywhere())?;
    // Up to one more than a call is repeated, so that some calls fail.
    Some(fault.times(random.u64(1..6)))
}

/// Any trouble for the calls that a fault applies to.
pub(super) fn of(random: &mut Rng, calls: Fault) -> Option<Fault> {
    let status = || [500, 502, 503, 504];
    Some(match random.u8(0..13) {
        0 | 1 => calls.status(random.choice(status())?),
        2 => calls.html(random.choice(status())?),
        3 => calls.status(503).shape(ErrorShape::Empty),
        4 => calls.status(429).retry_after(random.u64(1..5)),
        5 => calls.status(400).error_code("QUERY_TIME_OUT"),
        // The write is applied, but its response is lost.
        6 => calls.status(random.choice(status())?).after_effect(),
        7 => calls.reset_after(),
        8 => calls.truncate(random.usize(0..20)),
        9 => calls.reset_before(),
        10 => calls.wrong_type(""),
        11 => calls.clock_skew(if random.bool() { 900 } else { -900 }),
        _ => calls.status(408),
    })
}
