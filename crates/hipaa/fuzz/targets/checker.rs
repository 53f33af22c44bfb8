//! Any input is checked, and all findings are counted.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mc_x12_fuzz::checker::holds(data));
