//! Every transaction set with a guide becomes a tree that holds each of its segments at most once.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| mc_x12_fuzz::tree::holds(data));
