//! The program `ovh-web`.

fn main() {}
