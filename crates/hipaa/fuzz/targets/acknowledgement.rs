//! Findings become a 999 and a TA1, which read back equal.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mc_x12_fuzz::acknowledgement::holds(data));
