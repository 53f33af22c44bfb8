//! A transaction set of any kind.

use serde::Serialize;

use crate::authorization::{AuthorizationAnswer, AuthorizationRequest};
use crate::claim::ClaimBatch;
use crate::claim_acknowledgement::ClaimAcknowledgement;
use crate::eligibility::{EligibilityError, InquiryBatch, Response};
use crate::enrollment::Enrollment;
use crate::parts::{Read, ViewError};
use crate::premium::PremiumPayment;
use crate::remittance::Remittance;
use crate::status::{StatusAnswer, StatusInquiry};
use mc_x12::Transaction;

/// A transaction set whose kind is found when it is read. As JSON: `kind` and `value`.
///
/// ```
/// # let isa = format!("ISA*00*{0:10}*00*{0:10}*ZZ*{1:15}*ZZ*{1:15}*260102*0304*^*00501*000000001*0*T*:~", "", "X");
/// # let file = format!("{isa}GS*HP*XX*XX*20260102*0304*1*X*005010X221A1~ST*835*0001~{}SE*6*0001~GE*1*1~IEA*1*000000001~",
/// #   "BPR*I*0*C*NON************20260105~TRN*1*T1*1512345678~N1*PR*PAYER~N1*PE*CLINIC*XX*1234567893~");
/// use mc_hipaa::AnyTransaction;
/// for transaction in mc_x12::Interchange::parse(file.as_bytes())?.transactions() {
///     let read = AnyTransaction::read(transaction)?;
///     let json = serde_json::to_value(&read)?; // the payment, and what could not be read
///     assert_eq!(json["value"]["kind"], "remittance");
///     assert_eq!(json["value"]["value"]["payment"]["trace_number"], "T1");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
#[non_exhaustive]
pub enum AnyTransaction {
    /// 270.
    Inquiries(InquiryBatch),
    /// 271, each patient; what could not be read is also listed in each response.
    Responses(Vec<Response>),
    /// 276.
    StatusInquiry(StatusInquiry),
    /// 277.
    StatusAnswer(StatusAnswer),
    /// 277CA.
    ClaimAcknowledgement(ClaimAcknowledgement),
    /// 278 to the reviewer.
    AuthorizationRequest(Box<AuthorizationRequest>),
    /// 278 from the reviewer.
    AuthorizationAnswer(Box<AuthorizationAnswer>),
    /// 820.
    Premium(Box<PremiumPayment>),
    /// 834.
    Enrollment(Enrollment),
    /// 835.
    Remittance(Box<Remittance>),
    /// 837P, 837I and 837D.
    Claims(ClaimBatch),
}

/// Why a transaction set cannot be read as a value of its kind.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AnyTransactionError {
    #[error(transparent)]
    View(#[from] ViewError),
    #[error(transparent)]
    Eligibility(#[from] EligibilityError),
    /// Its kind has no typed value, e.g. a 999.
    #[error("a transaction set of this kind has no typed value")]
    NoTypedValue,
}

impl AnyTransaction {
    /// Reads one transaction set by its guide. What cannot be read is listed, and the rest is read.
    ///
    /// # Errors
    /// [`AnyTransactionError`] for a kind or version without a typed value, and for a 271 that
    /// states neither benefits nor rejections.
    pub fn read(transaction: &Transaction<'_>) -> Result<Read<Self>, AnyTransactionError> {
        let read = match transaction.id {
            "270" => InquiryBatch::read(transaction)?.map(Self::Inquiries),
            "271" => {
                let responses = Response::read_all(transaction)?;
                Read {
                    unread: responses.iter().flat_map(|response| response.unread.clone()).collect(),
                    value: Self::Responses(responses),
                }
            }
            "276" => StatusInquiry::read(transaction)?.map(Self::StatusInquiry),
            "277" => match StatusAnswer::read(transaction) {
                Err(ViewError::WrongTransaction { .. }) => {
                    ClaimAcknowledgement::read(transaction)?.map(Self::ClaimAcknowledgement)
                }
                read => read?.map(Self::StatusAnswer),
            },
            "278" => match AuthorizationRequest::read(transaction) {
                Err(ViewError::WrongTransaction { .. }) => {
                    AuthorizationAnswer::read(transaction)?.map(|answer| Self::AuthorizationAnswer(Box::new(answer)))
                }
                read => read?.map(|request| Self::AuthorizationRequest(Box::new(request))),
            },
            "820" => PremiumPayment::read(transaction)?.map(|payment| Self::Premium(Box::new(payment))),
            "834" => Enrollment::read(transaction)?.map(Self::Enrollment),
            "835" => Remittance::read(transaction)?.map(|payment| Self::Remittance(Box::new(payment))),
            "837" => ClaimBatch::read(transaction)?.map(Self::Claims),
            _ => return Err(AnyTransactionError::NoTypedValue),
        };
        Ok(read)
    }
}
