//! Claims are read, added up, written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mc_x12::claim::ClaimBatch;

fuzz_target!(|data: &[u8]| {
    mc_x12_fuzz::each_transaction(data, |transaction| {
        if let Ok(view) = ClaimBatch::read(transaction) {
            for seen in view.claims() {
                let _ = (seen.claim.balance(), seen.billing.npi());
            }
            mc_x12_fuzz::come_back(
                &view,
                |view| view.to_x12(&mc_x12_fuzz::envelope()),
                |again| ClaimBatch::read(again).ok(),
            );
        }
    });
});
