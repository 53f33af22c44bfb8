//! Inquiries and answers are read; an inquiry that was read is written and read as the same; what answers it is read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mc_x12::eligibility::{Benefit, Inquiry, Response, ResponseBuilder};

fuzz_target!(|data: &[u8]| {
    let bytes = mc_x12_fuzz::input(data);
    if let Ok(response) = Response::parse(&bytes) {
        let _ = (
            response.summary("30"),
            response.summary("98"),
            response.trace_numbers().count(),
        );
    }
    let Ok(inquiry) = Inquiry::parse(&bytes) else { return };
    if let Ok(text) = inquiry.to_x12() {
        let again = Inquiry::parse(text.as_bytes()).expect("what is written is read");
        assert!(again.to_x12().is_ok_and(|twice| twice == text), "an inquiry comes back");
    }
    let service = inquiry.service_types.first().map_or("30", String::as_str);
    let answer = ResponseBuilder::answering(&inquiry, inquiry.control, inquiry.submitted_at)
        .payer_trace("P-77", "9PAYER0001")
        .benefit(Benefit::new("1").services([service]).plan("PR", "GOLD"));
    if let Ok(text) = answer.to_x12() {
        assert!(Response::parse(text.as_bytes()).is_ok(), "an answer is read");
    }
});
