//! 837: rules about one segment, one row each: place, condition and the element to mend.

use super::{Situation as S, Step, broken};
use crate::check::amounts::amount;
use crate::check::balance::OnFinding;
use crate::guide::{Id, Usage, ids};
use rust_decimal::Decimal;

/// One rule about one segment.
struct Row {
    of: S,
    /// The loops in which it applies; empty for all.
    loops: &'static [&'static str],
    is_broken: fn(&Step<'_, '_>) -> bool,
    /// Element and component of the finding; component 0 is the whole element.
    at: (usize, u8),
}

const fn row(of: S, loops: &'static [&'static str], is_broken: fn(&Step<'_, '_>) -> bool, at: (usize, u8)) -> Row {
    Row {
        of,
        loops,
        is_broken,
        at,
    }
}

/// Longest claim number and line control number that a payer must be able to return. More than 38
/// and 50 characters are reported as too long.
const CLAIM_NUMBER: usize = 20;
const LINE_CONTROL: usize = 30;

static NM1: &[Row] = &[
    row(
        S::SubscriberId,
        &["2010BA"],
        |it| is_person(it) && it.is_empty(9),
        (9, 0),
    ),
    row(
        S::FirstName,
        &[],
        |it| is_person(it) && !it.is_empty(3) && it.is_empty(4),
        (4, 0),
    ),
];

static N4: &[Row] = &[
    row(S::State, &[], |it| is_near(it) && it.is_empty(2), (2, 0)),
    row(S::PostalCode, &[], |it| is_near(it) && it.is_empty(3), (3, 0)),
    row(S::ZipCode, &["2010AA"], is_short_zip, (3, 0)),
];

static N3: &[Row] = &[row(S::PostOfficeBox, &["2010AA"], |it| is_box(it.bytes(1)), (1, 0))];

static PER: &[Row] = &[
    row(S::TelephoneForm, &[], |it| telephone(it, 3, false), (4, 0)),
    row(S::TelephoneForm, &[], |it| telephone(it, 5, false), (6, 0)),
    row(S::TelephoneForm, &[], |it| telephone(it, 7, false), (8, 0)),
    row(S::TelephoneArea, &[], |it| telephone(it, 3, true), (4, 0)),
    row(S::TelephoneArea, &[], |it| telephone(it, 5, true), (6, 0)),
    row(S::TelephoneArea, &[], |it| telephone(it, 7, true), (8, 0)),
];

static REF: &[Row] = &[
    row(
        S::SocialSecurityForm,
        &[],
        |it| it.bytes(1) == b"SY" && is_no_number(it, 2, 9),
        (2, 0),
    ),
    row(
        S::SocialSecurityArea,
        &[],
        |it| it.bytes(1) == b"SY" && is_never_assigned(it.bytes(2)),
        (2, 0),
    ),
    row(
        S::TaxIdForm,
        &["2010AA", "2010AC"],
        |it| it.bytes(1) == b"EI" && is_no_number(it, 2, 9),
        (2, 0),
    ),
    row(
        S::LineControlLong,
        &["2400"],
        |it| it.bytes(1) == b"6R" && (LINE_CONTROL + 1..=50).contains(&it.bytes(2).len()),
        (2, 0),
    ),
];

static PRV: &[Row] = &[row(
    S::TaxonomyForm,
    &[],
    |it| it.bytes(2) == b"PXC" && is_no_taxonomy(it.bytes(3)),
    (3, 0),
)];

static CLM: &[Row] = &[
    row(
        S::ClaimNumberLong,
        &[],
        |it| (CLAIM_NUMBER + 1..=38).contains(&it.bytes(1).len()),
        (1, 0),
    ),
    row(S::NegativeCharge, &[], |it| is_negative(it, 2), (2, 0)),
];

static SBR: &[Row] = &[
    row(S::FilingIndicator, &[], |it| it.is_empty(9), (9, 0)),
    row(
        S::InsuranceTypeMissing,
        &[],
        |it| is_secondary_medicare(it) && it.is_empty(5),
        (5, 0),
    ),
    row(
        S::InsuranceTypePrimary,
        &[],
        |it| it.bytes(1) == b"P" && !it.is_empty(5),
        (5, 0),
    ),
];

static SV1: &[Row] = &[
    row(S::UnitsZero, &[], |it| is_none(it, 4), (4, 0)),
    row(S::NegativeCharge, &[], |it| is_negative(it, 2), (2, 0)),
    row(S::ProcedureForm, &[], |it| is_no_procedure(it, 1), (1, 2)),
    row(
        S::AnesthesiaMinutes,
        &[],
        |it| it.bytes(3) == b"UN" && is_anesthesia(it),
        (3, 0),
    ),
];

static SV2: &[Row] = &[
    row(S::UnitsZero, &[], |it| is_none(it, 5), (5, 0)),
    row(S::NegativeCharge, &[], |it| is_negative(it, 3), (3, 0)),
    row(S::ProcedureForm, &[], |it| is_no_procedure(it, 2), (2, 2)),
];

static SV3: &[Row] = &[
    row(S::UnitsZero, &[], |it| is_none(it, 6), (6, 0)),
    row(S::NegativeCharge, &[], |it| is_negative(it, 2), (2, 0)),
    row(S::ProcedureForm, &[], |it| is_no_procedure(it, 1), (1, 2)),
];

static LIN: &[Row] = &[row(
    S::DrugCodeForm,
    &[],
    |it| it.bytes(2) == b"N4" && is_no_number(it, 3, 11),
    (3, 0),
)];

static CTP: &[Row] = &[row(S::DrugQuantity, &[], |it| is_none(it, 4), (4, 0))];

static SVD: &[Row] = &[row(S::NegativeLinePayment, &[], |it| is_negative(it, 2), (2, 0))];

/// The rules about segments with this id.
fn rows(id: Id) -> &'static [Row] {
    match id {
        ids::NM1 => NM1,
        ids::N3 => N3,
        ids::N4 => N4,
        ids::PER => PER,
        ids::REF => REF,
        ids::PRV => PRV,
        ids::CLM => CLM,
        ids::SV1 => SV1,
        ids::SV2 => SV2,
        ids::SV3 => SV3,
        ids::LIN => LIN,
        ids::CTP => CTP,
        ids::SVD => SVD,
        ids::SBR => SBR,
        _ => &[],
    }
}

/// Checks one segment of a claim file.
pub(super) fn check(step: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
    for row in rows(step.id()) {
        let applies = row.loops.is_empty() || row.loops.contains(&step.within);
        if applies && (row.is_broken)(step) {
            broken(row.of, step.at(row.at.0, row.at.1), on_finding);
        }
    }
}

fn is_person(nm1: &Step<'_, '_>) -> bool {
    nm1.bytes(2) == b"1"
}

/// An address in the USA or Canada; without a country it is in the USA.
pub(super) fn is_near(n4: &Step<'_, '_>) -> bool {
    matches!(n4.bytes(4), b"" | b"US" | b"CA")
}

fn is_short_zip(n4: &Step<'_, '_>) -> bool {
    matches!(n4.bytes(4), b"" | b"US") && is_no_number(n4, 3, 9)
}

/// Whether a street is a post office box.
fn is_box(street: &[u8]) -> bool {
    let letters = street.iter().filter(|byte| byte.is_ascii_alphabetic());
    let letters: Vec<u8> = letters.map(u8::to_ascii_uppercase).collect();
    letters.starts_with(b"POBOX") || letters.starts_with(b"POSTOFFICEBOX")
}

/// Whether a value is given and is not this many digits.
pub(super) fn is_no_number(step: &Step<'_, '_>, element: usize, digits: usize) -> bool {
    let value = step.bytes(element);
    !value.is_empty() && !is_digits(value, digits)
}

fn is_digits(value: &[u8], count: usize) -> bool {
    value.len() == count && value.iter().all(u8::is_ascii_digit)
}

/// Whether the number after a qualifier TE or FX has the wrong form, or else a wrong area code or
/// exchange.
pub(super) fn telephone(per: &Step<'_, '_>, qualifier: usize, area: bool) -> bool {
    if !matches!(per.bytes(qualifier), b"TE" | b"FX") {
        return false;
    }
    let number = per.bytes(qualifier + 1);
    match (is_digits(number, 10), area) {
        (true, true) => matches!(number[0], b'0' | b'1') || matches!(number[3], b'0' | b'1'),
        (is_number, area) => !is_number && !area && !number.is_empty(),
    }
}

/// Numbers that the Social Security Administration does not assign.
pub(super) fn is_never_assigned(number: &[u8]) -> bool {
    is_digits(number, 9) && (number[0] == b'9' || matches!(&number[..3], b"000" | b"666"))
}

/// Ten letters and digits with X at the end (NUCC).
fn is_no_taxonomy(code: &[u8]) -> bool {
    let is_form = code.len() == 10 && code.ends_with(b"X") && code.iter().all(u8::is_ascii_alphanumeric);
    !code.is_empty() && !is_form
}

fn is_negative(step: &Step<'_, '_>, element: usize) -> bool {
    step.bytes(element).first() == Some(&b'-') && amount(step.element(element)).is_some_and(|of| of < Decimal::ZERO)
}

/// Whether a quantity is zero or less.
fn is_none(step: &Step<'_, '_>, element: usize) -> bool {
    let value = step.bytes(element);
    // Most begin with a digit above zero.
    matches!(value.first(), Some(b'0' | b'-' | b'.'))
        && amount(step.element(element)).is_some_and(|of| of <= Decimal::ZERO)
}

/// Medicare that is not the primary payer, in a guide that uses the reason (SBR05).
fn is_secondary_medicare(sbr: &Step<'_, '_>) -> bool {
    let has_reason = sbr
        .of
        .elements
        .get(4)
        .is_some_and(|element| element.usage != Usage::NotUsed);
    has_reason && matches!(sbr.bytes(9), b"MA" | b"MB") && !matches!(sbr.bytes(1), b"P" | b"U")
}

/// Whether the procedure of a composite is no HCPCS code, or no dental code.
fn is_no_procedure(step: &Step<'_, '_>, element: usize) -> bool {
    let mut parts = step.parts(element);
    let (kind, code) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match kind {
        _ if code.is_empty() => false,
        b"HC" => code.len() != 5 || !code.iter().all(u8::is_ascii_alphanumeric),
        b"AD" => code[0] != b'D' || !is_digits(&code[1..], 4),
        _ => false,
    }
}

/// Whether a line is anesthesia that is measured in minutes: not 01953 (further burns) and 01996
/// (daily management).
fn is_anesthesia(sv1: &Step<'_, '_>) -> bool {
    let mut parts = sv1.parts(1);
    let (kind, code) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let is_range = (b"00100".as_slice()..=b"01999".as_slice()).contains(&code);
    kind == b"HC" && is_digits(code, 5) && is_range && !matches!(code, b"01953" | b"01996")
}
