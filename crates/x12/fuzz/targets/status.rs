//! Claim status inquiries and answers are read, written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mc_x12::status::{StatusAnswer, StatusInquiry};

fuzz_target!(|data: &[u8]| {
    mc_x12_fuzz::each_transaction(data, |transaction| {
        if let Ok(view) = StatusInquiry::read(transaction) {
            mc_x12_fuzz::come_back(
                &view,
                |view| view.to_x12(&mc_x12_fuzz::envelope()),
                |again| StatusInquiry::read(again).ok(),
            );
        }
        if let Ok(view) = StatusAnswer::read(transaction) {
            mc_x12_fuzz::come_back(
                &view,
                |view| view.to_x12(&mc_x12_fuzz::envelope()),
                |again| StatusAnswer::read(again).ok(),
            );
        }
    });
});
