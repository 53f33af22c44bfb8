//! A slice, a stream and chunks give the same segments.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mc_x12_fuzz::reader::holds(data));
