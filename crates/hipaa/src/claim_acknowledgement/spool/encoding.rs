//! Entries as lines of text; fields are separated by tabs.

use crate::claim_acknowledgement::assembly::{BatchHeader, ClaimEntry, Entry};
use crate::claim_acknowledgement::collect::Parties;
use crate::claim_acknowledgement::received::ReceivedClaim;
use crate::parts::{Identifier, Name, Reference};
use crate::status::Status;
use chrono::NaiveDate;
use mc_x12::{Party, Usage};
use std::io;
use std::str::Split;
use std::sync::Arc;

/// Ends the header of a transaction set.
const END: &str = ".";

/// Writes a line; what would separate fields is no part of them.
fn line(fields: &[&str], out: &mut Vec<u8>) {
    for (n, field) in fields.iter().enumerate() {
        if n > 0 {
            out.push(b'\t');
        }
        let plain = |byte: u8| if byte < b' ' { b' ' } else { byte };
        out.extend(field.bytes().map(plain));
    }
    out.push(b'\n');
}

pub(super) fn entry(entry: &Entry, out: &mut Vec<u8>) {
    match entry {
        Entry::Level { begin, rank } => line(&["L", &begin.to_string(), &rank.to_string()], out),
        Entry::Provider(name) => {
            let mut fields = vec!["P"];
            fields.extend(name_fields(name));
            line(&fields, out);
        }
        Entry::Claim(of) => claim(of, out),
    }
}

fn claim(of: &ClaimEntry, out: &mut Vec<u8>) {
    let (begin, end) = (of.begin.to_string(), of.end.to_string());
    let charge = of.claim.charge.map(|charge| charge.to_string()).unwrap_or_default();
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let first = day(of.claim.days.map(|(first, _)| first));
    let last = day(of.claim.days.map(|(_, last)| last));
    let mut fields = vec!["C", &begin, &end, &of.claim.number, &charge, &first, &last];
    fields.extend(name_fields(&of.claim.patient));
    for reference in &of.claim.references {
        fields.extend([reference.qualifier.as_str(), reference.value.as_str()]);
    }
    line(&fields, out);
}

/// The header with its findings.
pub(super) fn header(header: &BatchHeader, (sender, receiver, usage): &Parties, out: &mut Vec<u8>) {
    let usage = if *usage == Usage::Test { "T" } else { "P" };
    line(
        &[
            &sender.qualifier,
            &sender.id,
            &receiver.qualifier,
            &receiver.id,
            usage,
            &header.control,
            &header.reference,
        ],
        out,
    );
    line(&name_fields(&header.submitter), out);
    line(&name_fields(&header.payer), out);
    for (segment, status) in &header.findings {
        line(
            &[&segment.to_string(), &status.category, &status.code, &status.entity],
            out,
        );
    }
    line(&[END], out);
}

fn name_fields(name: &Name) -> [&str; 8] {
    let (qualifier, id) = match &name.id {
        Some(id) => (id.qualifier.as_str(), id.value.as_str()),
        None => ("", ""),
    };
    let kind = if name.is_person == Some(true) { "1" } else { "2" };
    let Name {
        role,
        last,
        first,
        middle,
        suffix,
        ..
    } = name;
    [role, kind, last, first, middle, suffix, qualifier, id]
}

/// The error of a file that was changed from outside.
pub(super) fn invalid() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the file of claims was changed")
}

type Fields<'t> = Split<'t, char>;

/// Reads an entry.
pub(super) fn read_entry(text: &str) -> io::Result<Entry> {
    parse_entry(text).ok_or_else(invalid)
}

fn parse_entry(text: &str) -> Option<Entry> {
    let mut fields = text.split('\t');
    Some(match fields.next()? {
        "L" => Entry::Level {
            begin: fields.next()?.parse().ok()?,
            rank: fields.next()?.parse().ok()?,
        },
        "P" => Entry::Provider(name(&mut fields)?),
        "C" => Entry::Claim(ClaimEntry {
            begin: fields.next()?.parse().ok()?,
            end: fields.next()?.parse().ok()?,
            claim: ReceivedClaim {
                number: fields.next()?.to_owned(),
                charge: mc_x12::number(fields.next()?),
                days: days(fields.next()?, fields.next()?),
                patient: name(&mut fields)?,
                references: references(&mut fields),
                statuses: Vec::new(),
            },
        }),
        _ => return None,
    })
}

fn days(first: &str, last: &str) -> Option<(NaiveDate, NaiveDate)> {
    Some((first.parse().ok()?, last.parse().ok()?))
}

fn references(fields: &mut Fields<'_>) -> Vec<Reference> {
    let mut references = Vec::new();
    while let (Some(qualifier), Some(value)) = (fields.next(), fields.next()) {
        references.push(Reference::new(qualifier, value));
    }
    references
}

fn name(fields: &mut Fields<'_>) -> Option<Name> {
    let mut next = || fields.next().map(str::to_owned);
    let (role, kind) = (next()?, next()?);
    let (last, first, middle, suffix) = (next()?, next()?, next()?, next()?);
    let id = Identifier::new(next()?, next()?);
    Some(Name {
        role,
        is_person: Some(kind == "1"),
        last,
        first,
        middle,
        suffix,
        id: (!id.qualifier.is_empty()).then_some(id),
        ..Name::default()
    })
}

/// Reads a header from its lines.
pub(super) fn read_header(mut next: impl FnMut() -> io::Result<String>) -> io::Result<(BatchHeader, Parties)> {
    let first = next()?;
    let [from, sender, to, receiver, usage, control, reference] = first.split('\t').collect::<Vec<_>>()[..] else {
        return Err(invalid());
    };
    let party = |qualifier: &str, id: &str| Party {
        qualifier: qualifier.to_owned(),
        id: id.to_owned(),
    };
    let usage = if usage == "T" { Usage::Test } else { Usage::Production };
    let parties = (party(from, sender), party(to, receiver), usage);
    let mut named = || name(&mut next()?.split('\t')).ok_or_else(invalid);
    let mut header = BatchHeader {
        reference: reference.to_owned(),
        control: control.to_owned(),
        submitter: named()?,
        payer: named()?,
        findings: Vec::new(),
    };
    loop {
        let text = next()?;
        if text == END {
            return Ok((header, parties));
        }
        let [segment, category, code, entity] = text.split('\t').collect::<Vec<_>>()[..] else {
            return Err(invalid());
        };
        let status = Status {
            entity: entity.to_owned(),
            ..Status::new(category, code)
        };
        header
            .findings
            .push((segment.parse().map_err(|_| invalid())?, Arc::new(status)));
    }
}
