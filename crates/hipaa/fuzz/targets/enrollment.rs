//! Enrollments are read, written and read again.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mc_x12_fuzz::views::enrollment(data));
