//! Remittance advice is read, written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mc_x12::remittance::Remittance;

fuzz_target!(|data: &[u8]| {
    mc_x12_fuzz::each_transaction(data, |transaction| {
        if let Ok(view) = Remittance::read(transaction) {
            mc_x12_fuzz::come_back(
                &view,
                |view| view.to_x12(&mc_x12_fuzz::envelope()),
                |again| Remittance::read(again).ok(),
            );
        }
    });
});
