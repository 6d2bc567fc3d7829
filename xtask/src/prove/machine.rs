//! On what something was measured, in a line.

use super::program::said;
use chrono::NaiveDate;
use std::fs;

/// Date, processor, system and versions. Nothing in it names the machine itself.
pub(super) fn stamp(today: NaiveDate) -> String {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = field(&info, "model name").unwrap_or(std::env::consts::ARCH);
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = memory_of(&memory).map_or_else(String::new, |gigabytes| {
        format!(", {gigabytes} GB of memory")
    });
    let system = said("uname", &["-sr"]).unwrap_or_else(|| std::env::consts::OS.to_owned());
    let rustc = said("rustc", &["--version"]).unwrap_or_else(|| "rustc".to_owned());
    let rustc = rustc.split(" (").next().unwrap_or_default().to_owned();
    let commit = said("git", &["rev-parse", "--short", "HEAD"])
        .map_or_else(String::new, |commit| format!(" at {commit}"));
    format!(
        "{today}: {processors} x {model}{memory}, {system}, {rustc}, ovh-web {}{commit}",
        env!("CARGO_PKG_VERSION")
    )
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim())
}

fn memory_of(text: &str) -> Option<u64> {
    let kilobytes: u64 = field(text, "MemTotal")?.split(' ').next()?.parse().ok()?;
    Some(kilobytes.div_ceil(1024 * 1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_and_the_stamp_begins_with_the_date() {
        assert_eq!(
            field("a : 1\nmodel name\t: X 7\n", "model name"),
            Some("X 7")
        );
        assert_eq!(memory_of("MemTotal:       24571234 kB\n"), Some(24));
        let today = NaiveDate::from_ymd_opt(2026, 11, 25).expect("a date");
        assert!(stamp(today).starts_with("2026-11-25: "));
    }
}
