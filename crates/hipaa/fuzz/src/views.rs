//! Typed values: reading, writing and reading again gives the same value.

use super::{each_transaction, envelope, input, round_trips};
use mc_hipaa::Read;
use mc_hipaa::authorization::{AuthorizationAnswer, AuthorizationRequest};
use mc_hipaa::claim::ClaimBatch;
use mc_hipaa::eligibility::{Benefit, Inquiry, Response, ResponseBuilder};
use mc_hipaa::enrollment::Enrollment;
use mc_hipaa::premium::PremiumPayment;
use mc_hipaa::remittance::Remittance;
use mc_hipaa::status::{StatusAnswer, StatusInquiry};

/// Claims are read, added up, written and read again.
pub fn claim(data: &[u8]) {
    each_transaction(data, |transaction| {
        if let Ok(Read {
            value: view, unread, ..
        }) = ClaimBatch::read(transaction)
        {
            for seen in view.claims() {
                let _ = (seen.claim.balance(), seen.billing.npi());
            }
            round_trips(
                unread.is_empty(),
                &view,
                |view| view.to_x12(&envelope()),
                |again| ClaimBatch::read(again).ok().map(|read| read.value),
            );
        }
    });
}

/// Remittance advice is read, written and read again.
pub fn remittance(data: &[u8]) {
    each_transaction(data, |transaction| {
        if let Ok(Read {
            value: view, unread, ..
        }) = Remittance::read(transaction)
        {
            let _ = view.balance();
            round_trips(
                unread.is_empty(),
                &view,
                |view| view.to_x12(&envelope()),
                |again| Remittance::read(again).ok().map(|read| read.value),
            );
        }
    });
}

/// Enrollments are read, written and read again.
pub fn enrollment(data: &[u8]) {
    each_transaction(data, |transaction| {
        if let Ok(Read {
            value: view, unread, ..
        }) = Enrollment::read(transaction)
        {
            round_trips(
                unread.is_empty(),
                &view,
                |view| view.to_x12(&envelope()),
                |again| Enrollment::read(again).ok().map(|read| read.value),
            );
        }
    });
}

/// Claim status inquiries and responses are read, written and read again.
pub fn status(data: &[u8]) {
    each_transaction(data, |transaction| {
        if let Ok(Read {
            value: view, unread, ..
        }) = StatusInquiry::read(transaction)
        {
            round_trips(
                unread.is_empty(),
                &view,
                |view| view.to_x12(&envelope()),
                |again| StatusInquiry::read(again).ok().map(|read| read.value),
            );
        }
        if let Ok(Read {
            value: view, unread, ..
        }) = StatusAnswer::read(transaction)
        {
            round_trips(
                unread.is_empty(),
                &view,
                |view| view.to_x12(&envelope()),
                |again| StatusAnswer::read(again).ok().map(|read| read.value),
            );
        }
    });
}

/// Authorization requests and responses are read, written and read again.
pub fn authorization(data: &[u8]) {
    each_transaction(data, |transaction| {
        if let Ok(Read {
            value: view, unread, ..
        }) = AuthorizationRequest::read(transaction)
        {
            round_trips(
                unread.is_empty(),
                &view,
                |view| view.to_x12(&envelope()),
                |again| AuthorizationRequest::read(again).ok().map(|read| read.value),
            );
        }
        if let Ok(Read {
            value: view, unread, ..
        }) = AuthorizationAnswer::read(transaction)
        {
            round_trips(
                unread.is_empty(),
                &view,
                |view| view.to_x12(&envelope()),
                |again| AuthorizationAnswer::read(again).ok().map(|read| read.value),
            );
        }
    });
}

/// Premium payments are read and added up.
pub fn premium(data: &[u8]) {
    each_transaction(data, |transaction| {
        if let Ok(Read { value: view, .. }) = PremiumPayment::read(transaction) {
            let _ = view.balance();
        }
    });
}

/// Inquiries and responses are read. An inquiry is written and reads back equal, and its response
/// is read.
pub fn eligibility(data: &[u8]) {
    let bytes = input(data);
    if let Ok(response) = Response::parse(&bytes) {
        let _ = (
            response.summary("30"),
            response.summary("98"),
            response.trace_numbers().count(),
        );
    }
    let Ok(inquiry) = Inquiry::parse(&bytes) else { return };
    if let Ok(text) = inquiry.to_x12() {
        let again = Inquiry::parse(text.as_bytes()).expect("written text is read");
        assert!(again.to_x12().is_ok_and(|twice| twice == text), "an inquiry reads back");
    }
    let service = inquiry.service_types.first().map_or("30", String::as_str);
    let answer = ResponseBuilder::answering(&inquiry, inquiry.control, inquiry.submitted_at)
        .payer_trace("P-77", "9PAYER0001")
        .benefit(Benefit::new("1").services([service]).plan("PR", "GOLD"));
    if let Ok(text) = answer.to_x12() {
        assert!(Response::parse(text.as_bytes()).is_ok(), "an answer is read");
    }
}
