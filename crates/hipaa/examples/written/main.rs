//! Writes one file of each supported kind into a folder, as input for other validators:
//! `cargo run -p mc-hipaa --example written -- FOLDER`.

mod acknowledgements;
mod authorizations;
mod claims;
mod coverage;
mod payments;

use chrono::{NaiveDate, NaiveDateTime};
use mc_x12::{ControlNumbers, Envelope, Party, Usage};
use std::error::Error;
use std::path::Path;

type Written = Result<String, Box<dyn Error>>;
/// The name of a file and the function that writes it.
type FileWriter = (&'static str, fn() -> Written);

/// 2 January 2024.
fn day() -> NaiveDate {
    NaiveDate::default() + chrono::Days::new(19_724)
}

/// 03:04 on that day.
fn at() -> NaiveDateTime {
    day().and_time(chrono::NaiveTime::default()) + chrono::TimeDelta::minutes(184)
}

fn born() -> NaiveDate {
    NaiveDate::default() + chrono::Days::new(3_773)
}

fn envelope(sender: &str, receiver: &str) -> Envelope {
    Envelope {
        sender: Party::mutual(sender),
        receiver: Party::mutual(receiver),
        control: ControlNumbers {
            interchange: 7,
            group: 8,
            transaction: 9,
        },
        created_at: at().and_utc(),
        usage: Usage::Test,
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os()
        .nth(1)
        .ok_or("the folder to write into is missing")?;
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder)?;
    let makers: [FileWriter; 16] = [
        ("270", coverage::inquiry),
        ("271", coverage::answer),
        ("834", coverage::enrollment),
        ("837p", claims::professional),
        ("837i", claims::institutional),
        ("837d", claims::dental),
        ("835", payments::remittance),
        ("276", payments::status_inquiry),
        ("277", payments::status_answer),
        ("278-request", authorizations::request),
        ("278-answer", authorizations::answer),
        ("999-accepted", acknowledgements::accepted),
        ("999-rejected", acknowledgements::rejected),
        ("ta1-accepted", acknowledgements::received),
        ("ta1-rejected", acknowledgements::broken),
        ("277ca", acknowledgements::claims),
    ];
    for (name, make) in makers {
        std::fs::write(folder.join(format!("{name}.x12")), make()?)?;
    }
    Ok(())
}
