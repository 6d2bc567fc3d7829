//! Faults: errors, delays and broken responses on request.
//!
//! `check` refuses faults without effect, `armed` finds the faults of a call, `plan` applies them.

mod armed;
mod check;
mod fault;
mod plan;

pub(crate) use armed::FaultTarget;
pub use armed::Faults;
pub use check::BadFault;
pub use fault::{ErrorShape, Fault};
pub(crate) use plan::Plan;
