//! Whatever comes is checked, and what is told is counted.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mc_x12_fuzz::checker::holds(data));
