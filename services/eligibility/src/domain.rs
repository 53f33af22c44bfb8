//! The rules of eligibility: coverages, members, inquiries, and what a 271 means.

mod answer;
mod coverage;
mod inquiry;
mod member;
mod money;
mod referral;
mod rejection;
mod unread;
mod verification;

pub use answer::{Answer, CoverageStatus, Deductible, Facts, NetworkStatus, PayerReply};
pub use coverage::Coverage;
pub use inquiry::Inquiry;
pub use member::{Gender, Member, is_member_id, is_name, is_organization_name, is_plausible_birth_date};
pub use money::{CoinsuranceAlternative, CopayAlternative, LimitFigures, LimitOf, ShownAs, StatedFigure, StatedLimit};
pub use referral::{Referral, ReferralContact, ReferralReason};
pub use rejection::{Rejection, RejectionClass, RejectionLevel};
pub use unread::UnreadPart;
pub use verification::{Outcome, Reason, Verification};
