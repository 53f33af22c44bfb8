//! The organisations and patients of test mode; the README documents each as Stripe documents its test cards.

use chrono::NaiveDate;

/// An organisation that test mode knows.
#[derive(Debug)]
pub struct TestOrganization {
    /// Short name: part of e-mail addresses, ids and secret names.
    pub slug: &'static str,
    /// Name as people read it.
    pub name: &'static str,
    /// National Provider Identifier, ten digits with a valid check digit.
    pub npi: &'static str,
    /// Its patients, in the order of the README.
    pub patients: &'static [TestPatient],
}

/// What the payer knows of a member, or does when asked about one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberBehaviour {
    /// Active, office visit copay 25.00, deductible 1500.00 with 450.00 remaining in network.
    Active,
    /// Active, primary care 20.00 and specialist 40.00 apart by message, coinsurance 20 % out of network.
    ActiveTwoCopays,
    /// Active, high deductible plan: no copay, deductible 3000.00 untouched.
    ActiveNoCopay,
    /// Coverage ended.
    Inactive,
    /// AAA 75, subscriber not found.
    NotFound,
    /// AAA 42, unable to respond at current time.
    TryLater,
    /// The connection stays open and nothing is ever said.
    Stall,
    /// As [`MemberBehaviour::Active`], after eight seconds.
    Late,
    /// A sound envelope round a payload that is no X12.
    Garbage,
    /// The connection is closed without an answer.
    Dropped,
}

/// What the EHR does when this patient is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartBehaviour {
    /// Answers.
    Normal,
    /// Every update of the encounter meets another writer's newer version: 412.
    Conflict,
    /// The token is revoked in mid-flight, once a token: 401, and the next token works.
    RevokesToken,
    /// 429 with `Retry-After: 1` for the first request in any five seconds.
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
    /// At the payer.
    pub member_id: &'static str,
    /// What the payer does.
    pub member: MemberBehaviour,
    /// What the EHR does.
    pub chart: ChartBehaviour,
}

impl TestPatient {
    /// The birth date; the table is checked by a test.
    pub fn born(&self) -> NaiveDate {
        self.birth_date.parse().unwrap_or_default()
    }
}

/// Every organisation of test mode.
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
                MemberBehaviour::Active,
                ChartBehaviour::Normal,
            ),
            patient(
                ("pat-1002", "enc-2002"),
                ("Vandermeer", "Wilhelmina"),
                ("1951-11-02", "female"),
                "W100200301",
                MemberBehaviour::Inactive,
                ChartBehaviour::Conflict,
            ),
            patient(
                ("pat-1003", "enc-2003"),
                ("Okonkwo", "Chidiebere"),
                ("1992-07-29", "male"),
                "W100200302",
                MemberBehaviour::NotFound,
                ChartBehaviour::RevokesToken,
            ),
            patient(
                ("pat-1004", "enc-2004"),
                ("Petrosyan", "Anahit"),
                ("1978-12-21", "female"),
                "W100200303",
                MemberBehaviour::TryLater,
                ChartBehaviour::RateLimited,
            ),
            patient(
                ("pat-1005", "enc-2005"),
                ("Nakashima", "Harukichi"),
                ("1966-05-08", "male"),
                "W100200304",
                MemberBehaviour::Stall,
                ChartBehaviour::Unavailable,
            ),
            patient(
                ("pat-1006", "enc-2006"),
                ("Oyelaran", "Folasade"),
                ("2001-09-14", "female"),
                "W100200305",
                MemberBehaviour::Late,
                ChartBehaviour::Normal,
            ),
            patient(
                ("pat-1007", "enc-2007"),
                ("Szczepanski", "Kazimierz"),
                ("1947-01-30", "male"),
                "W100200306",
                MemberBehaviour::Garbage,
                ChartBehaviour::Normal,
            ),
            patient(
                ("pat-1008", "enc-2008"),
                ("Thorvaldsen", "Sigrunn"),
                ("1989-06-25", "female"),
                "W100200307",
                MemberBehaviour::Dropped,
                ChartBehaviour::Normal,
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
                MemberBehaviour::ActiveTwoCopays,
                ChartBehaviour::Normal,
            ),
            patient(
                ("pat-5002", "enc-6002"),
                ("Castellanos", "Ximena"),
                ("1995-02-19", "female"),
                "L500600701",
                MemberBehaviour::ActiveNoCopay,
                ChartBehaviour::Normal,
            ),
            patient(
                ("pat-5003", "enc-6003"),
                ("Ferreirinha", "Joaquim"),
                ("1958-08-06", "male"),
                "L500600702",
                MemberBehaviour::Inactive,
                ChartBehaviour::Normal,
            ),
        ],
    },
];

const fn patient(
    (patient_id, encounter_id): (&'static str, &'static str),
    (family, given): (&'static str, &'static str),
    (birth_date, gender): (&'static str, &'static str),
    member_id: &'static str,
    member: MemberBehaviour,
    chart: ChartBehaviour,
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

/// The patient whose member id at the payer this is.
pub fn find_member(member_id: &str) -> Option<&'static TestPatient> {
    everybody().find(|patient| patient.member_id == member_id)
}

/// The patient of `organization` whose chart this is.
pub fn find_patient(organization: &str, patient_id: &str) -> Option<&'static TestPatient> {
    let organization = ORGANIZATIONS.iter().find(|o| o.slug == organization)?;
    organization
        .patients
        .iter()
        .find(|patient| patient.patient_id == patient_id)
}

/// Every patient of every organisation.
pub fn everybody() -> impl Iterator<Item = &'static TestPatient> {
    ORGANIZATIONS.iter().flat_map(|organization| organization.patients)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn nobody_shares_a_name_a_birth_date_or_an_id() {
        let people: Vec<_> = everybody().collect();
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
        for person in everybody() {
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
