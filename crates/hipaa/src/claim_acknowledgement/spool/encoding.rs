//! Entries as lines of text; fields are separated by tabs. `%` and control characters are written
//! as `%` and two hexadecimal digits, so that each value comes back as it was.

use crate::claim_acknowledgement::assembly::{BatchHeader, ClaimEntry, Entry};
use crate::claim_acknowledgement::collect::Parties;
use crate::claim_acknowledgement::received::ReceivedClaim;
use crate::parts::{Identifier, Name, Reference};
use crate::status::Status;
use chrono::NaiveDate;
use mc_x12::{Party, Usage};
use std::io;

/// Ends the header of a transaction set.
const END: &str = ".";

/// Writes a line.
fn line(fields: &[&str], out: &mut Vec<u8>) {
    for (n, field) in fields.iter().enumerate() {
        if n > 0 {
            out.push(b'\t');
        }
        for byte in field.bytes() {
            if byte < b' ' || byte == b'%' {
                out.extend(format!("%{byte:02x}").into_bytes());
            } else {
                out.push(byte);
            }
        }
    }
    out.push(b'\n');
}

pub(super) fn entry(entry: &Entry, out: &mut Vec<u8>) {
    match entry {
        Entry::Level { begin, rank, statuses } => {
            let (begin, rank) = (begin.to_string(), rank.to_string());
            let mut fields = vec!["L", &begin, &rank];
            fields.extend(statuses.iter().flat_map(status_fields));
            line(&fields, out);
        }
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
    let count = of.claim.statuses.len().to_string();
    let mut fields = vec!["C", &begin, &end, &of.claim.number, &charge, &first, &last, &count];
    fields.extend(of.claim.statuses.iter().flat_map(status_fields));
    fields.extend(name_fields(&of.claim.patient));
    for reference in &of.claim.references {
        fields.extend([reference.qualifier.as_str(), reference.value.as_str()]);
    }
    line(&fields, out);
}

/// The header with its findings.
pub(super) fn header(header: &BatchHeader, parties: &Parties, out: &mut Vec<u8>) {
    let Parties { sender, receiver, .. } = parties;
    let usage = if parties.usage == Usage::Test { "T" } else { "P" };
    line(
        &[
            &sender.qualifier,
            &sender.id,
            &receiver.qualifier,
            &receiver.id,
            usage,
            &parties.control,
            &header.control,
            &header.reference,
        ],
        out,
    );
    line(&name_fields(&header.submitter), out);
    line(&name_fields(&header.payer), out);
    for (segment, status) in &header.findings {
        let [category, code, entity] = status_fields(status);
        line(&[&segment.to_string(), category, code, entity], out);
    }
    line(&[END], out);
}

fn status_fields(status: &Status) -> [&str; 3] {
    [&status.category, &status.code, &status.entity]
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

/// The fields of a line.
fn fields(line: &str) -> Option<Vec<String>> {
    line.split('\t').map(decoded).collect()
}

fn decoded(field: &str) -> Option<String> {
    let mut parts = field.split('%');
    let mut text = parts.next()?.to_owned();
    for part in parts {
        let byte = u8::from_str_radix(part.get(..2)?, 16).ok()?;
        text.push(char::from(byte));
        text.push_str(&part[2..]);
    }
    Some(text)
}

type Fields = std::vec::IntoIter<String>;

/// Reads an entry.
pub(super) fn read_entry(text: &str) -> io::Result<Entry> {
    parse_entry(text).ok_or_else(invalid)
}

fn parse_entry(text: &str) -> Option<Entry> {
    let mut fields = fields(text)?.into_iter();
    Some(match fields.next()?.as_str() {
        "L" => Entry::Level {
            begin: fields.next()?.parse().ok()?,
            rank: fields.next()?.parse().ok()?,
            statuses: std::iter::from_fn(|| status(&mut fields)).collect(),
        },
        "P" => Entry::Provider(name(&mut fields)?),
        "C" => Entry::Claim(ClaimEntry {
            begin: fields.next()?.parse().ok()?,
            end: fields.next()?.parse().ok()?,
            claim: ReceivedClaim {
                number: fields.next()?,
                charge: mc_x12::number(&fields.next()?),
                days: days(&fields.next()?, &fields.next()?),
                statuses: {
                    let count = fields.next()?.parse().ok()?;
                    (0..count).map(|_: usize| status(&mut fields)).collect::<Option<_>>()?
                },
                patient: name(&mut fields)?,
                references: references(&mut fields),
            },
        }),
        _ => return None,
    })
}

fn days(first: &str, last: &str) -> Option<(NaiveDate, NaiveDate)> {
    Some((first.parse().ok()?, last.parse().ok()?))
}

fn status(fields: &mut Fields) -> Option<Status> {
    let (category, code, entity) = (fields.next()?, fields.next()?, fields.next()?);
    Some(Status {
        entity,
        ..Status::new(category, code)
    })
}

fn references(fields: &mut Fields) -> Vec<Reference> {
    let mut references = Vec::new();
    while let (Some(qualifier), Some(value)) = (fields.next(), fields.next()) {
        references.push(Reference::new(qualifier, value));
    }
    references
}

fn name(fields: &mut Fields) -> Option<Name> {
    let mut next = || fields.next();
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

/// The fields of a line, which must be `N`.
fn all<const N: usize>(line: &str) -> io::Result<[String; N]> {
    fields(line).and_then(|all| all.try_into().ok()).ok_or_else(invalid)
}

/// Reads a header from its lines.
pub(super) fn read_header(mut next: impl FnMut() -> io::Result<String>) -> io::Result<(BatchHeader, Parties)> {
    let first: [String; 8] = all(&next()?)?;
    let [from, sender, to, receiver, usage, interchange, control, reference] = first;
    let party = |qualifier, id| Party { qualifier, id };
    let parties = Parties {
        sender: party(from, sender),
        receiver: party(to, receiver),
        usage: if usage == "T" { Usage::Test } else { Usage::Production },
        control: interchange,
    };
    let mut named = || {
        let fields = fields(&next()?).ok_or_else(invalid)?;
        name(&mut fields.into_iter()).ok_or_else(invalid)
    };
    let mut header = BatchHeader {
        reference,
        control,
        submitter: named()?,
        payer: named()?,
        findings: Vec::new(),
    };
    loop {
        let text = next()?;
        if text == END {
            return Ok((header, parties));
        }
        let [segment, category, code, entity] = all(&text)?;
        let status = Status {
            entity,
            ..Status::new(category, code)
        };
        header.findings.push((segment.parse().map_err(|_| invalid())?, status));
    }
}
