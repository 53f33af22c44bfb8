//! The parts of a coverage in requests.

use crate::domain::{Gender, Member, is_member_id, is_name, is_organization_name};
use chrono::NaiveDate;
use garde::Validate;
use mc_hipaa::eligibility::{Organization, Provider};
use mc_vocabulary::Phi;
use serde::Deserialize;

/// The insurer.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PayerRequest {
    /// As the payer's connection guide names it (NM109 of loop 2100A).
    #[garde(custom(a_payer_id))]
    #[schema(min_length = 2, max_length = 80, pattern = "^[A-Za-z0-9-]{2,80}$", example = "SBX01")]
    payer_id: String,
    #[garde(custom(an_organization_name))]
    #[schema(min_length = 1, max_length = 60, pattern = "[A-Za-z0-9]")]
    name: String,
}

/// The provider in whose name the payer is queried.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderRequest {
    #[garde(custom(an_organization_name))]
    #[schema(min_length = 1, max_length = 60, pattern = "[A-Za-z0-9]")]
    name: String,
    /// National Provider Identifier; the last digit checks the others (45 CFR 162.406).
    #[garde(custom(an_npi))]
    #[schema(pattern = "^[0-9]{10}$", example = "1234567893")]
    npi: String,
}

/// The insured person, as printed on the card.
#[derive(Deserialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberRequest {
    #[garde(custom(a_member_id))]
    #[schema(value_type = String, min_length = 2, max_length = 80, pattern = "^[A-Za-z0-9-]{2,80}$")]
    member_id: Phi<String>,
    #[garde(custom(a_family_name))]
    #[schema(value_type = String, min_length = 1, max_length = 60, pattern = "[A-Za-z]")]
    family: Phi<String>,
    #[garde(custom(a_given_name))]
    #[schema(value_type = String, min_length = 1, max_length = 35, pattern = "[A-Za-z]")]
    given: Phi<String>,
    #[garde(skip)]
    #[schema(value_type = String, format = Date)]
    birth_date: Phi<NaiveDate>,
    #[garde(skip)]
    #[serde(default)]
    #[schema(value_type = Option<Gender>)]
    gender: Option<Phi<Gender>>,
}

impl From<PayerRequest> for Organization {
    fn from(payer: PayerRequest) -> Self {
        Self {
            name: payer.name,
            id: payer.payer_id,
        }
    }
}

impl From<ProviderRequest> for Provider {
    fn from(provider: ProviderRequest) -> Self {
        Self {
            name: provider.name,
            npi: provider.npi,
        }
    }
}

impl From<MemberRequest> for Member {
    fn from(member: MemberRequest) -> Self {
        Self {
            member_id: member.member_id,
            family: member.family,
            given: member.given,
            birth_date: member.birth_date,
            gender: member.gender,
        }
    }
}

fn refuse_unless(good: bool, expected: &'static str) -> garde::Result {
    if good { Ok(()) } else { Err(garde::Error::new(expected)) }
}

fn a_payer_id<C>(id: &str, _: &C) -> garde::Result {
    refuse_unless(is_member_id(id), "expected 2 to 80 letters, digits and hyphens")
}

fn an_organization_name<C>(name: &str, _: &C) -> garde::Result {
    refuse_unless(
        is_organization_name(name),
        "expected 1 to 60 characters with a Latin letter or digit",
    )
}

fn an_npi<C>(npi: &str, _: &C) -> garde::Result {
    refuse_unless(
        mc_x12::is_valid_npi(npi),
        "expected ten digits, the last of which checks the others",
    )
}

fn a_member_id<C>(id: &Phi<String>, _: &C) -> garde::Result {
    refuse_unless(is_member_id(id.open()), "expected 2 to 80 letters, digits and hyphens")
}

fn a_family_name<C>(name: &Phi<String>, _: &C) -> garde::Result {
    refuse_unless(
        is_name(name.open(), 60),
        "expected at most 60 characters with a Latin letter",
    )
}

fn a_given_name<C>(name: &Phi<String>, _: &C) -> garde::Result {
    refuse_unless(
        is_name(name.open(), 35),
        "expected at most 35 characters with a Latin letter",
    )
}
