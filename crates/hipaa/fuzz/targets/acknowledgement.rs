//! What is found becomes a 999 and a TA1, which are read back as they were meant.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mc_x12_fuzz::acknowledgement::holds(data));
