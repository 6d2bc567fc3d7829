//! `ovh_web_fuzz::responses` for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ovh_web_fuzz::responses(data));
