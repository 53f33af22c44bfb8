//! Reads a 270, as a payer does.

use chrono::NaiveDate;

use super::{EligibilityError, Gender, Inquiry, Organization, Provider, Subscriber, single_transaction};
use crate::parts::{date, moment};
use mc_x12::{ControlNumbers, Interchange, Limits, Party, Segment, Transaction, Usage};

impl Inquiry {
    /// Reads a real-time 270 about one subscriber.
    ///
    /// Without DTP*291 the date is the day of submission, as the guide defines.
    ///
    /// # Errors
    /// [`EligibilityError`]; [`EligibilityError::Missing`] for a 270 about a dependent, or without
    /// member id, names, birth date or NPI.
    pub fn parse(input: &[u8]) -> Result<Self, EligibilityError> {
        let interchange = Interchange::parse_within(input, Limits::REAL_TIME)?;
        let transaction = single_transaction(&interchange, "270")?;
        let isa = &interchange.isa;
        let group = interchange.groups.first().ok_or(EligibilityError::Malformed)?;
        let draft = Draft::collect(transaction)?;
        let trn = draft.trace.ok_or(missing("TRN of loop 2000C"))?;
        let bht = draft.begin.ok_or(missing("BHT"))?;
        let submitted_at = moment(bht.element(4), bht.element(5))
            .ok_or_else(|| bad(&bht, 4))?
            .and_utc();
        Ok(Self {
            sender: party(isa, 5),
            receiver: party(isa, 7),
            control: ControlNumbers {
                interchange: number(isa, 13)?,
                group: number(&group.gs, 6)?,
                transaction: transaction
                    .control_number
                    .parse()
                    .map_err(|_| missing("a numeric ST02"))?,
            },
            usage: match isa.element(15) {
                "P" => Usage::Production,
                "T" => Usage::Test,
                _ => return Err(bad(isa, 15)),
            },
            reference: bht.element(3).to_owned(),
            submitted_at,
            payer: organization(draft.payer.ok_or(missing("NM1 of loop 2100A"))?),
            provider: provider(draft.provider.ok_or(missing("NM1 of loop 2100B"))?)?,
            subscriber: subscriber(
                draft.subscriber.ok_or(missing("NM1 of loop 2100C"))?,
                draft.demographics.ok_or(missing("DMG of loop 2100C"))?,
            )?,
            trace_number: trn.element(2).to_owned(),
            trace_originator: trn.element(3).to_owned(),
            service_types: draft.service_types,
            service_date: draft.service_date.unwrap_or(submitted_at.date_naive()),
        })
    }
}

/// The relevant segments, by loop.
#[derive(Default)]
struct Draft<'a> {
    begin: Option<Segment<'a>>,
    trace: Option<Segment<'a>>,
    payer: Option<Segment<'a>>,
    provider: Option<Segment<'a>>,
    subscriber: Option<Segment<'a>>,
    demographics: Option<Segment<'a>>,
    service_types: Vec<String>,
    service_date: Option<NaiveDate>,
}

impl<'a> Draft<'a> {
    fn collect(transaction: &Transaction<'a>) -> Result<Self, EligibilityError> {
        let mut draft = Self::default();
        let mut level = "";
        for segment in &transaction.segments {
            match (segment.id(), level) {
                ("HL", _) => level = segment.element(3),
                ("BHT", _) => draft.begin = Some(*segment),
                ("NM1", "20") => draft.payer = Some(*segment),
                ("NM1", "21") => draft.provider = Some(*segment),
                ("NM1", "22") => draft.subscriber = Some(*segment),
                ("NM1", "23") => return Err(missing("support for dependants (loop 2000D)")),
                ("TRN", "22") => draft.trace = draft.trace.or(Some(*segment)),
                ("DMG", "22") => draft.demographics = Some(*segment),
                ("DTP", "22") if segment.element(1) == "291" => {
                    let first_day = segment.element(3).split('-').next().unwrap_or_default();
                    draft.service_date = Some(date(first_day).ok_or_else(|| bad(segment, 3))?);
                }
                ("EQ", "22") => draft.service_types.extend(segment.repetitions(1).map(str::to_owned)),
                _ => {}
            }
        }
        if draft.service_types.is_empty() {
            return Err(missing("EQ01 of loop 2110C"));
        }
        Ok(draft)
    }
}

fn missing(what: &'static str) -> EligibilityError {
    EligibilityError::Missing { what }
}

fn bad(segment: &Segment<'_>, element: usize) -> EligibilityError {
    EligibilityError::BadElement {
        place: segment.place(),
        element,
    }
}

fn number(segment: &Segment<'_>, element: usize) -> Result<u32, EligibilityError> {
    segment.element(element).parse().map_err(|_| bad(segment, element))
}

fn party(isa: &Segment<'_>, at: usize) -> Party {
    Party {
        qualifier: isa.element(at).to_owned(),
        id: isa.element(at + 1).trim_end().to_owned(),
    }
}

fn organization(nm1: Segment<'_>) -> Organization {
    Organization {
        name: nm1.element(3).to_owned(),
        id: nm1.element(9).to_owned(),
    }
}

fn provider(nm1: Segment<'_>) -> Result<Provider, EligibilityError> {
    if nm1.element(8) != "XX" {
        return Err(missing("NPI (NM108 XX) of loop 2100B"));
    }
    Ok(Provider {
        name: nm1.element(3).to_owned(),
        npi: nm1.element(9).to_owned(),
    })
}

fn subscriber(nm1: Segment<'_>, dmg: Segment<'_>) -> Result<Subscriber, EligibilityError> {
    let present = |element: usize, what| match nm1.element(element) {
        "" => Err(missing(what)),
        text => Ok(text.to_owned()),
    };
    let gender = match dmg.element(3) {
        "" => None,
        code => Some(Gender::from_code(code).ok_or_else(|| bad(&dmg, 3))?),
    };
    Ok(Subscriber {
        member_id: present(9, "member id (NM109) of loop 2100C")?,
        family: present(3, "family name (NM103) of loop 2100C")?,
        given: present(4, "given name (NM104) of loop 2100C")?,
        birth_date: date(dmg.element(2)).ok_or_else(|| bad(&dmg, 2))?,
        gender,
    })
}

#[cfg(test)]
mod tests {
    use super::super::inquiry::tests::example;
    use super::*;
    use chrono::DateTime;
    use proptest::prelude::*;

    fn day() -> impl Strategy<Value = NaiveDate> {
        (1900i32..2100, 1u32..13, 1u32..29).prop_map(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d).unwrap())
    }

    prop_compose! {
        fn people()(
            member_id in "[A-Z0-9]{1,20}", family in "[A-Z]{1,20}", given in "[A-Z]{1,20}( [A-Z]{6,9})?",
            birth_date in day(), gender in prop::option::of(prop::sample::select(vec![Gender::Female, Gender::Male, Gender::Unknown])),
        ) -> Subscriber {
            let given = crate::normalise_name(&given);
            Subscriber { member_id, family, given, birth_date, gender }
        }
    }

    proptest! {
        #[test]
        fn an_inquiry_reads_back_equal(
            subscriber in people(), service_date in day(), seconds in 0i64..4_000_000_000, numbers in (0u32..1_000_000_000, 1u32..1_000_000_000, 1u32..1_000_000_000),
            service_types in prop::collection::vec("[A-Z0-9]{1,2}", 1..5), trace_number in "[A-Z0-9-]{1,50}", reference in "[A-Z0-9]{1,50}",
            payer_name in "[A-Z]{2,60}", sender in "[A-Z0-9]{2,15}",
        ) {
            let mut inquiry = example();
            inquiry.subscriber = subscriber;
            inquiry.service_date = service_date;
            inquiry.submitted_at = DateTime::from_timestamp(seconds, 0).unwrap();
            inquiry.control = ControlNumbers { interchange: numbers.0, group: numbers.1, transaction: numbers.2 };
            inquiry.service_types = service_types;
            inquiry.trace_number = trace_number;
            inquiry.reference = reference;
            inquiry.payer.name = payer_name;
            inquiry.provider.name = "CLINIC".to_owned();
            inquiry.sender.id = sender;
            let text = inquiry.to_x12().unwrap();
            prop_assert_eq!(Inquiry::parse(text.as_bytes()).unwrap(), inquiry);
        }

        #[test]
        fn a_damaged_inquiry_never_reveals_the_name(at in 0usize..600, byte in any::<u8>()) {
            let mut bytes = example().to_x12().unwrap().into_bytes();
            let at = at % bytes.len();
            bytes[at] = byte;
            if let Err(error) = Inquiry::parse(&bytes) {
                let found = format!("{error} {error:?}");
                for secret in ["OBRIEN", "ROBERT", "11122333301", "19430519"] {
                    prop_assert!(!found.contains(secret), "{}", found);
                }
            }
        }
    }

    #[test]
    fn a_missing_birth_date_is_named() {
        let text = example().to_x12().unwrap().replace("*19430519", "*");
        let at = text.find("DMG*").unwrap();
        let error = Inquiry::parse(text.as_bytes()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("element 2 has an invalid format, segment 12 (DMG) at byte {at}")
        );
    }
}
