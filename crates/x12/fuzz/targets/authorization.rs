//! Authorization requests and answers are read, written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mc_x12::authorization::{AuthorizationAnswer, AuthorizationRequest};

fuzz_target!(|data: &[u8]| {
    mc_x12_fuzz::each_transaction(data, |transaction| {
        if let Ok(view) = AuthorizationRequest::read(transaction) {
            mc_x12_fuzz::come_back(
                &view,
                |view| view.to_x12(&mc_x12_fuzz::envelope()),
                |again| AuthorizationRequest::read(again).ok(),
            );
        }
        if let Ok(view) = AuthorizationAnswer::read(transaction) {
            mc_x12_fuzz::come_back(
                &view,
                |view| view.to_x12(&mc_x12_fuzz::envelope()),
                |again| AuthorizationAnswer::read(again).ok(),
            );
        }
    });
});
