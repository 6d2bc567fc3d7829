//! Writes the table of all types of the client that decode, from the list of its surface, so that
//! a new type is fuzzed without anyone thinking of it.

use std::fmt::Write as _;
use std::path::Path;

fn main() {
    let surface = "../../schema/surface.txt";
    println!("cargo::rerun-if-changed={surface}");
    let text = std::fs::read_to_string(surface).expect("the committed surface");
    let mut table = String::from("&[\n");
    for line in text.lines() {
        // type Cron = hosting.web.Cron (read)
        let Some((name, rest)) = line
            .strip_prefix("type ")
            .and_then(|line| line.split_once(" = "))
        else {
            continue;
        };
        let Some((origin, kind)) = rest.rsplit_once(" (") else {
            continue;
        };
        let kind = kind.trim_end_matches(')');
        writeln!(
            table,
            "    Model::of::<ovh_web_client::types::{name}>({name:?}, {origin:?}, {kind:?}),"
        )
        .expect("a string takes it");
    }
    table.push(']');
    let folder = std::env::var_os("OUT_DIR").expect("cargo sets it");
    std::fs::write(Path::new(&folder).join("models.rs"), table).expect("the build folder");
}
