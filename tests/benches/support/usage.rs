//! Time on the clock and time of the processor, of this process.

use std::time::{Duration, Instant};

/// What a piece of work has cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// Seconds on the clock.
    pub(crate) wall: f64,
    /// Seconds of the processor, all threads and the kernel's part included.
    pub(crate) cpu: f64,
}

/// A piece of work that has begun.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meter {
    wall: Instant,
    cpu: Duration,
}

impl Meter {
    pub(crate) fn start() -> Self {
        Self {
            wall: Instant::now(),
            cpu: cpu(),
        }
    }

    pub(crate) fn stop(self) -> Cost {
        Cost {
            cpu: cpu().saturating_sub(self.cpu).as_secs_f64(),
            wall: self.wall.elapsed().as_secs_f64(),
        }
    }
}

#[cfg(unix)]
fn cpu() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(
        u64::try_from(now.tv_sec).unwrap_or(0),
        u32::try_from(now.tv_nsec).unwrap_or(0),
    )
}

/// Not known here without code of our own that the house forbids.
#[cfg(not(unix))]
fn cpu() -> Duration {
    Duration::ZERO
}

/// Memory of this process in kilobytes: what is resident now, and the most that ever was since
/// the last [`forget_peak`]. Linux tells.
pub(crate) fn memory() -> Option<(u64, u64)> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let field = |name: &str| -> Option<u64> {
        let line = text.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse().ok()
    };
    Some((field("VmRSS:")?, field("VmHWM:")?))
}

/// Lets the peak begin anew at what is resident now, where the system can do that.
pub(crate) fn forget_peak() {
    // 5 resets the high-water mark (proc(5), clear_refs); without it the peak is only too high.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}
