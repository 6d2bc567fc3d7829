//! The target `settings` of `ovh-web-fuzz`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let target = ovh_web_fuzz::target("settings").expect("it is in the table");
    (target.run)(data);
});
