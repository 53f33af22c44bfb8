//! Premium payments are read and added up.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mc_x12::premium::PremiumPayment;

fuzz_target!(|data: &[u8]| {
    mc_x12_fuzz::each_transaction(data, |transaction| {
        if let Ok(view) = PremiumPayment::read(transaction) {
            let _ = view.balance();
        }
    });
});
