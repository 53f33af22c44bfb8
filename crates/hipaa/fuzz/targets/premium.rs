//! Premium payments are read and added up.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mc_x12_fuzz::views::premium(data));
