//! The command line tool `ovh-web`, as a library that its program and its tests call.
//!
//! A generated table holds a command for each operation of OVHcloud's web hosting, sites and domains.

pub mod command;
pub mod generated;
