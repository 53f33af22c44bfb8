//! A member: loop 2000.

use chrono::NaiveDate;
use serde::Serialize;

use super::Maintenance;
use super::coverage::Coverage;
use super::person::{Disability, FormerName, Party, Person, RELATED};
use super::reporting::{self, ReportingCategory};
use crate::parts::{
    Address, At, Dated, Name, Part, Reference, day, each, either, inner, list, need, redact_debug, write_all,
};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};

/// A subscriber or a dependent, and the maintenance (loop 2000).
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Member {
    /// INS01; `None` where the code is unknown.
    pub is_subscriber: Option<bool>,
    /// INS02: `18` self, `01` spouse, `19` child, ...
    pub relationship: String,
    /// INS03; `None` where the code is unknown: a wrong guess would end or open a coverage.
    pub maintenance: Option<Maintenance>,
    /// INS04, e.g. `28` initial enrollment, `07` termination of benefits.
    pub reason: String,
    pub status: MemberStatus,
    /// REF 0F: the subscriber's id, also for a dependent.
    pub subscriber_id: String,
    /// REF 1L.
    pub group_number: String,
    /// `17` reporting category, `23` client number, `3H` case number, ...
    pub references: Vec<Reference>,
    /// `336` and `337` employment, `356` and `357` eligibility begins and ends, `303` maintenance
    /// effective, ...
    pub dates: Vec<Dated>,
    /// Loop 2100A.
    pub person: Person,
    /// Loop 2100B: the name that loop 2100A corrects.
    pub former: Option<FormerName>,
    /// Loop 2100C.
    pub mailing: Option<Address>,
    /// Loops 2100D to 2100H: employer, school, custodial parent, responsible person, drop-off
    /// location.
    pub related: Vec<Party>,
    pub disabilities: Vec<Disability>,
    pub coverages: Vec<Coverage>,
    /// Loop 2700.
    pub categories: Vec<ReportingCategory>,
}

/// Further elements of INS.
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct MemberStatus {
    /// INS05: `A` active, `C` COBRA, `S` surviving insured, `T` TEFRA.
    pub benefit: String,
    /// INS06-01: Medicare plan `A` to `E`.
    pub medicare: String,
    /// INS06-02: the reason for Medicare eligibility.
    pub medicare_reason: String,
    /// INS07: the COBRA qualifying event.
    pub cobra: String,
    /// INS08: `FT` full time, `PT` part time, `RT` retired, `TE` terminated, ...
    pub employment: String,
    /// INS09: `F` full time, `P` part time, `N` none.
    pub student: String,
    /// INS10.
    pub is_handicapped: Option<bool>,
    /// INS12.
    pub died_on: Option<NaiveDate>,
    /// INS13: `R` restricted access, `U` unrestricted.
    pub confidentiality: String,
    /// INS17: birth order in a multiple birth.
    pub birth_sequence: String,
}

redact_debug!(Member, MemberStatus);

impl Member {
    /// A subscriber.
    pub fn subscriber(subscriber_id: impl Into<String>, maintenance: Maintenance, person: Person) -> Self {
        Self {
            is_subscriber: Some(true),
            relationship: "18".to_owned(),
            maintenance: Some(maintenance),
            status: MemberStatus {
                benefit: "A".to_owned(),
                ..MemberStatus::default()
            },
            subscriber_id: subscriber_id.into(),
            person,
            ..Self::default()
        }
    }

    /// A dependent of the subscriber with this id.
    pub fn dependent(
        subscriber_id: impl Into<String>,
        relationship: impl Into<String>,
        maintenance: Maintenance,
        person: Person,
    ) -> Self {
        Self {
            is_subscriber: Some(false),
            relationship: relationship.into(),
            ..Self::subscriber(subscriber_id, maintenance, person)
        }
    }

    /// The date with this qualifier.
    pub fn date(&self, qualifier: &str) -> Option<NaiveDate> {
        Dated::find_day(&self.dates, qualifier)
    }

    /// Reads loop 2000.
    pub fn from_node(node: &Node<'_>) -> Self {
        let ins = need(node, "INS");
        let mut references: Vec<Reference> = list(node);
        let mut taken = |qualifier: &str| {
            let at = references.iter().position(|r| r.qualifier == qualifier);
            at.map(|at| references.remove(at).value).unwrap_or_default()
        };
        let (subscriber_id, group_number) = (taken("0F"), taken("1L"));
        let related = node.loops.iter().filter(|node| RELATED.contains(&node.id()));
        Self {
            is_subscriber: ins.yes_no(1),
            relationship: ins.text(2),
            maintenance: ins.code(3, Maintenance::from_code),
            reason: ins.text(4),
            status: MemberStatus::read(ins),
            subscriber_id,
            group_number,
            references,
            dates: list(node),
            person: Person::read(inner(node, "2100A")),
            former: node.child("2100B").map(FormerName::read),
            mailing: node.child("2100C").and_then(Address::read),
            related: related.map(Party::read).collect(),
            disabilities: each(node, "2200", Disability::read),
            coverages: each(node, "2300", Coverage::from_node),
            categories: reporting::read(node),
        }
    }

    pub(super) fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(self.ins())?;
        let numbers = [("0F", &self.subscriber_id), ("1L", &self.group_number)];
        let stated = numbers
            .into_iter()
            .filter(|(code, value)| *code == "0F" || !value.is_empty());
        for (code, value) in stated {
            out.push(Line::new("REF").code(code).required(value, 50))?;
        }
        write_all(out, &self.references)?;
        write_all(out, &self.dates)?;
        self.person.write(out)?;
        self.former.iter().try_for_each(|former| former.write(out))?;
        if let Some(mailing) = &self.mailing {
            out.push(
                Name {
                    is_person: Some(true),
                    ..Name::organization("31", "")
                }
                .line()?,
            )?;
            mailing.write(out)?;
        }
        self.related.iter().try_for_each(|party| party.write_related(out))?;
        self.disabilities
            .iter()
            .try_for_each(|disability| disability.write(out))?;
        self.coverages.iter().try_for_each(|coverage| coverage.write(out))?;
        reporting::write(out, &self.categories)
    }

    fn ins(&self) -> Line {
        let status = &self.status;
        let died = status.died_on.map(day).unwrap_or_default();
        let medicare = crate::parts::composite(vec![status.medicare.clone(), status.medicare_reason.clone()]);
        Line::new("INS")
            .required(either(self.is_subscriber, "Y", "N"), 1)
            .required(&self.relationship, 2)
            .required(self.maintenance.map_or("", Maintenance::code), 3)
            .data(&self.reason, 3)
            .data(&status.benefit, 1)
            .composite(medicare, 1)
            .data(&status.cobra, 2)
            .data(&status.employment, 2)
            .data(&status.student, 1)
            .yes_no(status.is_handicapped)
            .code(if died.is_empty() { "" } else { "D8" })
            .data(&died, 8)
            .data(&status.confidentiality, 1)
            .skip(3)
            .data(&status.birth_sequence, 9)
    }
}

impl MemberStatus {
    fn read(ins: At<'_, '_>) -> Self {
        Self {
            benefit: ins.text(5),
            medicare: ins.component(6, 1),
            medicare_reason: ins.component(6, 2),
            cobra: ins.text(7),
            employment: ins.text(8),
            student: ins.text(9),
            is_handicapped: ins.yes_no(10),
            died_on: ins.day(12),
            confidentiality: ins.text(13),
            birth_sequence: ins.text(17),
        }
    }
}
