//! The command table: what the generator knows about each operation.

mod row;

pub use row::{Body, Command, Flag, Kind, Place, Response, Value, Wait};
