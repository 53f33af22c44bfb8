//! Inquiries and answers are read; an inquiry that was read is written and read as the same; what answers it is read.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mc_x12_fuzz::views::eligibility(data));
