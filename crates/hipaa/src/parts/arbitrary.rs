//! Parts of every shape that can be written, for property tests.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;

use super::*;
use crate::eligibility::Gender;
use mc_x12::{ControlNumbers, Envelope, Party, Usage};

/// Any text without a delimiter, not blank, of at most `max` characters. A blank at its end is no
/// data.
pub(crate) fn text(max: usize) -> BoxedStrategy<String> {
    proptest::string::string_regex(&format!("[A-Z0-9][ !-)+-9;-\\]_-}}]{{0,{}}}", max.min(12) - 1))
        .unwrap()
        .prop_map(|text| text.trim_end().to_owned())
        .boxed()
}

/// As [`text`], or empty.
pub(crate) fn maybe(max: usize) -> BoxedStrategy<String> {
    prop_oneof![Just(String::new()), text(max)].boxed()
}

/// One of these.
pub(crate) fn code(codes: &[&str]) -> BoxedStrategy<String> {
    let codes: Vec<String> = codes.iter().map(|c| (*c).to_owned()).collect();
    select(codes).boxed()
}

pub(crate) fn day() -> BoxedStrategy<NaiveDate> {
    (1900i32..2100, 1u32..13, 1u32..29)
        .prop_map(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d).unwrap())
        .boxed()
}

pub(crate) fn moment() -> BoxedStrategy<NaiveDateTime> {
    (day(), 0u32..24, 0u32..60, 0u32..60)
        .prop_map(|(day, h, m, s)| day.and_hms_opt(h, m, s).unwrap())
        .boxed()
}

/// Cents, not negative.
pub(crate) fn money() -> BoxedStrategy<Decimal> {
    (0i64..10_000_000).prop_map(|cents| Decimal::new(cents, 2)).boxed()
}

/// The difference of two amounts.
pub(crate) fn less(one: Option<Decimal>, other: Option<Decimal>) -> Option<Decimal> {
    Some(one? - other?)
}

/// Cents of either sign.
pub(crate) fn signed() -> BoxedStrategy<Decimal> {
    (-100_000i64..100_000).prop_map(|cents| Decimal::new(cents, 2)).boxed()
}

pub(crate) fn when() -> BoxedStrategy<When> {
    let minute = (day(), 0u32..24, 0u32..60).prop_map(|(d, h, m)| When::Minute(d.and_hms_opt(h, m, 0).unwrap()));
    let time = (0u32..24, 0u32..60).prop_map(|(h, m)| When::Time(NaiveTime::from_hms_opt(h, m, 0).unwrap()));
    let days = (day(), day()).prop_map(|(a, b)| When::Days(a, b));
    let other = text(9).prop_map(|t| When::Other("D6".to_owned(), t));
    prop_oneof![day().prop_map(When::Day), days, minute, time, other].boxed()
}

pub(crate) fn dated(qualifiers: &[&str]) -> BoxedStrategy<Dated> {
    (code(qualifiers), when())
        .prop_map(|(qualifier, when)| Dated { qualifier, when })
        .boxed()
}

pub(crate) fn identifier() -> BoxedStrategy<Identifier> {
    // An NPI has its own format.
    let qualifier = text(2).prop_filter("not an NPI", |q| q != "XX");
    (qualifier, text(80)).prop_map(|(q, v)| Identifier::new(q, v)).boxed()
}

pub(crate) fn name(role: &'static str) -> BoxedStrategy<Name> {
    let rest = (maybe(25), maybe(10), maybe(10), option::of(identifier()), maybe(2));
    (any::<bool>(), text(60), maybe(35), rest)
        .prop_map(
            move |(is_person, last, first, (middle, prefix, suffix, id, relation))| Name {
                role: role.to_owned(),
                is_person: Some(is_person),
                last,
                first,
                middle,
                prefix,
                suffix,
                id,
                relation,
            },
        )
        .boxed()
}

pub(crate) fn organization(role: &'static str) -> BoxedStrategy<Organization> {
    (maybe(60), option::of(identifier()))
        .prop_map(move |(name, id)| Organization {
            id,
            ..Organization::new(role, name)
        })
        .boxed()
}

pub(crate) fn address() -> BoxedStrategy<Address> {
    let lines = (text(55), maybe(55), text(30), maybe(2));
    (lines, maybe(15), maybe(3), option::of(identifier()), maybe(3))
        .prop_map(
            |((street, street_2, city, state), postal_code, country, location, subdivision)| Address {
                street,
                street_2,
                city,
                state,
                postal_code,
                country,
                location,
                subdivision,
                further_lines: Vec::new(),
            },
        )
        .boxed()
}

pub(crate) fn contact(functions: &[&str]) -> BoxedStrategy<Contact> {
    (code(functions), maybe(60), vec(identifier(), 0..4))
        .prop_map(|(function, name, numbers)| Contact {
            function,
            name,
            numbers,
        })
        .boxed()
}

pub(crate) fn reference(qualifiers: &[&str]) -> BoxedStrategy<Reference> {
    (code(qualifiers), text(50), maybe(80), maybe(50))
        .prop_map(|(qualifier, value, description, payer_id)| Reference {
            qualifier,
            value,
            description,
            payer_id,
        })
        .boxed()
}

pub(crate) fn references(qualifiers: &[&str]) -> BoxedStrategy<Vec<Reference>> {
    vec(reference(qualifiers), 0..3).boxed()
}

pub(crate) fn amounts(qualifiers: &[&str]) -> BoxedStrategy<Vec<Amount>> {
    vec((code(qualifiers), signed()).prop_map(|(q, a)| Amount::new(q, a)), 0..3).boxed()
}

pub(crate) fn quantities(qualifiers: &[&str]) -> BoxedStrategy<Vec<Quantity>> {
    vec(
        (code(qualifiers), signed()).prop_map(|(q, a)| Quantity::new(q, a)),
        0..3,
    )
    .boxed()
}

pub(crate) fn procedure() -> BoxedStrategy<Procedure> {
    (
        code(&["HC", "AD", "N4"]),
        text(48),
        vec(text(2), 0..5),
        maybe(80),
        maybe(48),
    )
        .prop_map(|(qualifier, code, modifiers, description, last_code)| Procedure {
            qualifier,
            code,
            modifiers,
            description,
            last_code,
        })
        .boxed()
}

pub(crate) fn adjustment() -> BoxedStrategy<Adjustment> {
    let quantity = option::of((0i64..100).prop_map(Decimal::from));
    (code(&["CO", "PR", "OA", "PI"]), text(5), signed(), quantity)
        .prop_map(|(group, reason, amount, quantity)| Adjustment {
            group,
            reason,
            amount: Some(amount),
            quantity,
        })
        .boxed()
}

pub(crate) fn adjustment_list() -> BoxedStrategy<Vec<Adjustment>> {
    vec(adjustment(), 0..9).boxed()
}

pub(crate) fn demographics() -> BoxedStrategy<Demographics> {
    let gender = select(vec![Gender::Female, Gender::Male, Gender::Unknown]);
    let ethnicity = (text(1), maybe(3), text(30)).prop_map(|(code, list, detail)| Ethnicity { code, list, detail });
    (
        option::of(day()),
        option::of(gender),
        maybe(1),
        vec(ethnicity, 0..3),
        maybe(2),
        maybe(30),
    )
        .prop_map(
            |(birth_date, gender, marital_status, ethnicities, citizenship, collection)| Demographics {
                birth_date,
                gender,
                marital_status,
                ethnicities,
                citizenship,
                collection,
            },
        )
        .boxed()
}

pub(crate) fn adjudication() -> BoxedStrategy<Adjudication> {
    let value = option::of(signed());
    (any::<bool>(), vec(text(50), 0..6), value.clone(), value)
        .prop_map(|(inpatient, remarks, first, second)| Adjudication {
            inpatient,
            remarks,
            values: [(1, first), (2, second)]
                .into_iter()
                .filter_map(|(n, value)| Some((n, value?)))
                .collect(),
        })
        .boxed()
}

/// Envelopes for written values.
pub(crate) fn envelope() -> Envelope {
    Envelope {
        sender: Party::mutual("SENDER"),
        receiver: Party::mutual("RECEIVER"),
        control: ControlNumbers {
            interchange: 7,
            group: 8,
            transaction: 9,
        },
        created_at: chrono::DateTime::from_timestamp(1_767_323_045, 0).unwrap(),
        usage: Usage::Test,
    }
}

/// The first segments in which two interchanges differ; `Debug` of the values shows nothing.
pub(crate) fn first_difference(a: &str, b: &str) -> Option<String> {
    let pairs = a.split('~').zip(b.split('~')).enumerate();
    let mut differing = pairs.filter(|(_, (a, b))| a != b);
    let (at, (a, b)) = differing.next()?;
    Some(format!("segment {}: {a} but {b}", at + 1))
}

/// A transaction set of these segments in its envelopes.
pub(crate) fn interchange(id: &'static str, version: &'static str, segments: &str) -> String {
    let guide = mc_x12::guide::find_for(id, version, None, false).unwrap();
    let kind = mc_x12::writer::TransactionKind {
        functional_id: guide.functional_group,
        id,
        version,
    };
    let text = envelope().open(kind).unwrap().finish().unwrap();
    let (head, _) = text.split_once("SE*").unwrap();
    let count = segments.matches('~').count() + 2;
    format!("{head}{segments}SE*{count}*0009~GE*1*8~IEA*1*000000007~")
}
