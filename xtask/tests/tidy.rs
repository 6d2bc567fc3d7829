//! The house is tidy.

use std::ffi::OsString;
use std::path::Path;

#[test]
fn no_rule_of_the_house_is_broken() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let args: [OsString; 4] = ["xtask".into(), "--root".into(), root.into(), "tidy".into()];
    let today = chrono::NaiveDate::from_ymd_opt(2027, 1, 2).expect("a date");
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = xtask::run(args, today, &mut out, &mut err);
    let (out, err) = (String::from_utf8_lossy(&out), String::from_utf8_lossy(&err));
    assert_eq!((code, &*err), (0, ""), "{out}");
    assert!(out.contains("nothing found"), "{out}");
}
