//! Inquiries and responses are read. An inquiry is written and reads back equal, and its response
//! is read.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mc_x12_fuzz::views::eligibility(data));
