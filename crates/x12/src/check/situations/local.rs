//! 837: rules about one segment.

use super::{Situation as S, Step, broken};
use crate::check::amounts::amount;
use crate::check::balance::OnFinding;
use crate::guide::{Usage, ids};
use rust_decimal::Decimal;

/// Longest claim number and line control number that a payer must be able to return. More than 38
/// and 50 characters are reported as too long.
const CLAIM_NUMBER: usize = 20;
const LINE_CONTROL: usize = 30;

/// Receives each broken rule with the element and component to mend; component 0 is the whole
/// element.
pub(super) type OnBroken<'t> = dyn FnMut(S, usize, u8) + 't;

/// Checks one segment of a claim file.
pub(super) fn check(step: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
    let on_broken = &mut |rule, element, component| broken(rule, step.at(element, component), on_finding);
    match step.id() {
        ids::NM1 => name(step, on_broken),
        ids::N3 => street(step, on_broken),
        ids::N4 => city(step, on_broken),
        ids::PER => contact(step, on_broken),
        ids::REF => reference(step, on_broken),
        ids::PRV => provider(step, on_broken),
        ids::CLM => claim(step, on_broken),
        ids::SBR => subscriber(step, on_broken),
        ids::SV1 => professional(step, on_broken),
        ids::SV2 => line(step, [5, 3, 2], on_broken),
        ids::SV3 => line(step, [6, 2, 1], on_broken),
        ids::LIN if step.bytes(2) == b"N4" && is_no_number(step, 3, 11) => on_broken(S::DrugCodeForm, 3, 0),
        ids::CTP if is_none(step, 4) => on_broken(S::DrugQuantity, 4, 0),
        ids::SVD if is_negative(step, 2) => on_broken(S::NegativeLinePayment, 2, 0),
        _ => {}
    }
}

fn name(nm1: &Step<'_, '_>, on_broken: &mut OnBroken<'_>) {
    let is_person = nm1.bytes(2) == b"1";
    if is_person && nm1.is_empty(9) && nm1.within == "2010BA" {
        on_broken(S::SubscriberId, 9, 0);
    }
    if is_person && nm1.is_empty(4) && !nm1.is_empty(3) {
        on_broken(S::FirstName, 4, 0);
    }
}

fn street(n3: &Step<'_, '_>, on_broken: &mut OnBroken<'_>) {
    if n3.within == "2010AA" && is_box(n3.bytes(1)) {
        on_broken(S::PostOfficeBox, 1, 0);
    }
}

/// Whether an address is in the USA or Canada; without a country it is in the USA.
pub(super) fn is_near(n4: &Step<'_, '_>) -> bool {
    matches!(n4.bytes(4), b"" | b"US" | b"CA")
}

fn city(n4: &Step<'_, '_>, on_broken: &mut OnBroken<'_>) {
    if !is_near(n4) {
        return;
    }
    if n4.is_empty(2) {
        on_broken(S::State, 2, 0);
    }
    if n4.is_empty(3) {
        on_broken(S::PostalCode, 3, 0);
    }
    if n4.bytes(4) != b"CA" && n4.within == "2010AA" && is_no_number(n4, 3, 9) {
        on_broken(S::ZipCode, 3, 0);
    }
}

pub(super) fn contact(per: &Step<'_, '_>, on_broken: &mut OnBroken<'_>) {
    for qualifier in [3, 5, 7] {
        if let Some(rule) = telephone(per, qualifier) {
            on_broken(rule, qualifier + 1, 0);
        }
    }
}

fn reference(reference: &Step<'_, '_>, on_broken: &mut OnBroken<'_>) {
    let value = reference.bytes(2);
    match reference.bytes(1) {
        b"SY" if is_no_number(reference, 2, 9) => on_broken(S::SocialSecurityForm, 2, 0),
        b"SY" if is_never_assigned(value) => on_broken(S::SocialSecurityArea, 2, 0),
        b"EI" if matches!(reference.within, "2010AA" | "2010AC") && is_no_number(reference, 2, 9) => {
            on_broken(S::TaxIdForm, 2, 0);
        }
        b"6R" if reference.within == "2400" && (LINE_CONTROL + 1..=50).contains(&value.len()) => {
            on_broken(S::LineControlLong, 2, 0);
        }
        _ => {}
    }
}

fn provider(prv: &Step<'_, '_>, on_broken: &mut OnBroken<'_>) {
    if prv.bytes(2) == b"PXC" && is_no_taxonomy(prv.bytes(3)) {
        on_broken(S::TaxonomyForm, 3, 0);
    }
}

fn claim(clm: &Step<'_, '_>, on_broken: &mut OnBroken<'_>) {
    if (CLAIM_NUMBER + 1..=38).contains(&clm.bytes(1).len()) {
        on_broken(S::ClaimNumberLong, 1, 0);
    }
    if is_negative(clm, 2) {
        on_broken(S::NegativeCharge, 2, 0);
    }
}

fn subscriber(sbr: &Step<'_, '_>, on_broken: &mut OnBroken<'_>) {
    if sbr.is_empty(9) {
        on_broken(S::FilingIndicator, 9, 0);
    }
    if sbr.is_empty(5) && is_secondary_medicare(sbr) {
        on_broken(S::InsuranceTypeMissing, 5, 0);
    }
    if !sbr.is_empty(5) && sbr.bytes(1) == b"P" {
        on_broken(S::InsuranceTypePrimary, 5, 0);
    }
}

fn professional(sv1: &Step<'_, '_>, on_broken: &mut OnBroken<'_>) {
    line(sv1, [4, 2, 1], on_broken);
    if sv1.bytes(3) == b"UN" && is_anesthesia(sv1) {
        on_broken(S::AnesthesiaMinutes, 3, 0);
    }
}

/// A service line, with the elements of its units, charge and procedure.
fn line(sv: &Step<'_, '_>, [units, charge, procedure]: [usize; 3], on_broken: &mut OnBroken<'_>) {
    if is_none(sv, units) {
        on_broken(S::UnitsZero, units, 0);
    }
    if is_negative(sv, charge) {
        on_broken(S::NegativeCharge, charge, 0);
    }
    if is_no_procedure(sv, procedure) {
        on_broken(S::ProcedureForm, procedure, 2);
    }
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

/// The rule that the number after a qualifier TE or FX breaks.
fn telephone(per: &Step<'_, '_>, qualifier: usize) -> Option<S> {
    if !matches!(per.bytes(qualifier), b"TE" | b"FX") {
        return None;
    }
    let number = per.bytes(qualifier + 1);
    if number.is_empty() {
        None
    } else if !is_digits(number, 10) {
        Some(S::TelephoneForm)
    } else {
        let is_unassigned = matches!(number[0], b'0' | b'1') || matches!(number[3], b'0' | b'1');
        is_unassigned.then_some(S::TelephoneArea)
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
    step.bytes(element).first() == Some(&b'-') && amount(step.bytes(element)).is_some_and(|of| of < Decimal::ZERO)
}

/// Whether a quantity is zero or less.
fn is_none(step: &Step<'_, '_>, element: usize) -> bool {
    let value = step.bytes(element);
    // Most begin with a digit above zero.
    matches!(value.first(), Some(b'0' | b'-' | b'.'))
        && amount(step.bytes(element)).is_some_and(|of| of <= Decimal::ZERO)
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
