//! The organizations and patients of test mode. All are synthetic; the README documents each as
//! Stripe documents its test cards.

use chrono::NaiveDate;

/// An organization of test mode.
#[derive(Debug)]
pub struct TestOrganization {
    /// Short name: part of e-mail addresses, ids and secret names.
    pub slug: &'static str,
    /// Display name.
    pub name: &'static str,
    /// National Provider Identifier, ten digits with a valid check digit.
    pub npi: &'static str,
    /// Its patients, in the order of the README.
    pub patients: &'static [TestPatient],
}

/// How the payer answers inquiries about a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberBehavior {
    /// Active, office visit copay 25.00, deductible 1500.00 with 450.00 remaining in network.
    Active,
    /// Active, primary care 20.00 and specialist 40.00 apart by message, coinsurance 20 % out of
    /// network.
    ActiveTwoCopays,
    /// Active, high deductible plan: no copay, deductible 3000.00 untouched.
    ActiveNoCopay,
    /// Coverage ended.
    Inactive,
    /// AAA 75, subscriber not found.
    NotFound,
    /// AAA 42, unable to respond at current time.
    TryLater,
    /// The connection stays open without a response.
    Stall,
    /// As [`MemberBehavior::Active`], after eight seconds.
    Late,
    /// A valid envelope with a payload that is not X12.
    UnreadableResponse,
    /// The connection is closed without a response.
    Dropped,
}

/// How the EHR answers requests for a patient's chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartBehavior {
    /// Answers.
    Normal,
    /// Every update of the encounter conflicts with another writer's newer version: 412.
    Conflict,
    /// The token is revoked during the request, once a minute: 401, and the next token works.
    RevokesToken,
    /// 429 with `Retry-After: 1` for the first request of every five seconds.
    RateLimited,
    /// 503, always.
    Unavailable,
}

/// A patient of test mode: one person for the EHR and for the payer.
#[derive(Debug)]
pub struct TestPatient {
    /// Patient resource in the EHR.
    pub patient_id: &'static str,
    /// Encounter in the EHR.
    pub encounter_id: &'static str,
    /// Family name.
    pub family: &'static str,
    /// Given name.
    pub given: &'static str,
    /// CCYY-MM-DD.
    pub birth_date: &'static str,
    /// FHIR administrative gender.
    pub gender: &'static str,
    /// Member id at the payer.
    pub member_id: &'static str,
    /// How the payer behaves.
    pub member: MemberBehavior,
    /// How the EHR behaves.
    pub chart: ChartBehavior,
}

impl TestPatient {
    /// The birth date; a test checks that each parses.
    pub fn born(&self) -> NaiveDate {
        self.birth_date.parse().unwrap_or_default()
    }
}

/// The organizations of test mode.
pub const ORGANIZATIONS: &[TestOrganization] = &[
    TestOrganization {
        slug: "northside",
        name: "Northside Clinic",
        npi: "1467560003",
        patients: &[
            patient(
                ("pat-1001", "enc-2001"),
                ("Lopez", "Maria"),
                ("1984-03-17", "female"),
                "W100200300",
                MemberBehavior::Active,
                ChartBehavior::Normal,
            ),
            patient(
                ("pat-1002", "enc-2002"),
                ("Vandermeer", "Wilhelmina"),
                ("1951-11-02", "female"),
                "W100200301",
                MemberBehavior::Inactive,
                ChartBehavior::Conflict,
            ),
            patient(
                ("pat-1003", "enc-2003"),
                ("Okonkwo", "Chidiebere"),
                ("1992-07-29", "male"),
                "W100200302",
                MemberBehavior::NotFound,
                ChartBehavior::RevokesToken,
            ),
            patient(
                ("pat-1004", "enc-2004"),
                ("Petrosyan", "Anahit"),
                ("1978-12-21", "female"),
                "W100200303",
                MemberBehavior::TryLater,
                ChartBehavior::RateLimited,
            ),
            patient(
                ("pat-1005", "enc-2005"),
                ("Nakashima", "Harukichi"),
                ("1966-05-08", "male"),
                "W100200304",
                MemberBehavior::Stall,
                ChartBehavior::Unavailable,
            ),
            patient(
                ("pat-1006", "enc-2006"),
                ("Oyelaran", "Folasade"),
                ("2001-09-14", "female"),
                "W100200305",
                MemberBehavior::Late,
                ChartBehavior::Normal,
            ),
            patient(
                ("pat-1007", "enc-2007"),
                ("Szczepanski", "Kazimierz"),
                ("1947-01-30", "male"),
                "W100200306",
                MemberBehavior::UnreadableResponse,
                ChartBehavior::Normal,
            ),
            patient(
                ("pat-1008", "enc-2008"),
                ("Thorvaldsen", "Sigrunn"),
                ("1989-06-25", "female"),
                "W100200307",
                MemberBehavior::Dropped,
                ChartBehavior::Normal,
            ),
        ],
    },
    TestOrganization {
        slug: "lakeview",
        name: "Lakeview Medical",
        npi: "1987654328",
        patients: &[
            patient(
                ("pat-5001", "enc-6001"),
                ("Bjornsdottir", "Hallveig"),
                ("1973-10-11", "female"),
                "L500600700",
                MemberBehavior::ActiveTwoCopays,
                ChartBehavior::Normal,
            ),
            patient(
                ("pat-5002", "enc-6002"),
                ("Castellanos", "Ximena"),
                ("1995-02-19", "female"),
                "L500600701",
                MemberBehavior::ActiveNoCopay,
                ChartBehavior::Normal,
            ),
            patient(
                ("pat-5003", "enc-6003"),
                ("Ferreirinha", "Joaquim"),
                ("1958-08-06", "male"),
                "L500600702",
                MemberBehavior::Inactive,
                ChartBehavior::Normal,
            ),
        ],
    },
];

const fn patient(
    (patient_id, encounter_id): (&'static str, &'static str),
    (family, given): (&'static str, &'static str),
    (birth_date, gender): (&'static str, &'static str),
    member_id: &'static str,
    member: MemberBehavior,
    chart: ChartBehavior,
) -> TestPatient {
    TestPatient {
        patient_id,
        encounter_id,
        family,
        given,
        birth_date,
        gender,
        member_id,
        member,
        chart,
    }
}

/// The patient with this member id at the payer.
pub fn find_member(member_id: &str) -> Option<&'static TestPatient> {
    all_patients().find(|patient| patient.member_id == member_id)
}

/// The patient of `organization` with this id in the EHR.
pub fn find_patient(organization: &str, patient_id: &str) -> Option<&'static TestPatient> {
    let organization = ORGANIZATIONS.iter().find(|o| o.slug == organization)?;
    organization
        .patients
        .iter()
        .find(|patient| patient.patient_id == patient_id)
}

/// The patients of all organizations.
pub fn all_patients() -> impl Iterator<Item = &'static TestPatient> {
    ORGANIZATIONS.iter().flat_map(|organization| organization.patients)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_birth_dates_and_ids_are_unique() {
        let people: Vec<_> = all_patients().collect();
        let readings: [fn(&TestPatient) -> &'static str; 6] = [
            |p| p.patient_id,
            |p| p.encounter_id,
            |p| p.family,
            |p| p.given,
            |p| p.birth_date,
            |p| p.member_id,
        ];
        for read in readings {
            assert_eq!(
                people.iter().map(|p| read(p)).collect::<BTreeSet<_>>().len(),
                people.len()
            );
        }
    }

    #[test]
    fn the_table_is_well_formed() {
        for person in all_patients() {
            assert!(person.birth_date.parse::<NaiveDate>().is_ok(), "{person:?}");
            let (letter, digits) = person.member_id.split_at(1);
            assert!(
                letter.chars().all(|c| c.is_ascii_uppercase()) && digits.len() == 9,
                "{person:?}"
            );
            assert!(digits.bytes().all(|b| b.is_ascii_digit()), "{person:?}");
        }
        for organization in ORGANIZATIONS {
            assert!(mc_x12::is_valid_npi(organization.npi), "{organization:?}");
        }
    }
}
