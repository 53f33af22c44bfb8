//! After something unreadable the reader continues where it can; limits end it.

use crate::sample::{ISA, claim, edited, findings};
use mc_x12::{Fault, Feeder, Limits};

/// Ids of segments, or faults.
fn read(chunks: &[&str], limits: Limits) -> Vec<Result<String, Fault>> {
    let mut feeder = Feeder::new(limits);
    let mut all = Vec::new();
    for chunk in chunks.iter().copied().map(Some).chain([None]) {
        match chunk {
            Some(chunk) => feeder.push(chunk.as_bytes()),
            None => feeder.finish(),
        }
        while let Some(found) = feeder.next_segment() {
            all.push(found.map(|s| s.id().to_owned()).map_err(|e| e.fault));
            assert!(all.len() < 1000);
        }
    }
    all
}

fn ok(ids: &[&str]) -> Vec<Result<String, Fault>> {
    ids.iter().map(|id| Ok((*id).to_owned())).collect()
}

#[test]
fn behind_a_broken_isa_the_next_sound_one_is_read() {
    let broken = ISA.replacen("00*  ", "00* ", 1);
    let text = format!("{broken}GS*A~IEA*0*1~{ISA}IEA*0*000000007~");
    let read = read(&[&text], Limits::FILE);
    let (element, found, required) = (2, 9, 10);
    assert_eq!(
        read[0],
        Err(Fault::IsaElementLength {
            element,
            found,
            required
        })
    );
    assert_eq!(read[1..], ok(&["ISA", "IEA"]));
}

#[test]
fn text_between_interchanges_is_reported_once() {
    let text = format!("{ISA}IEA*0*000000007~ISAAC WAS HERE~AND HERE~{ISA}IEA*0*000000007~");
    let mut expected = ok(&["ISA", "IEA", "ISA", "IEA"]);
    expected.insert(2, Err(Fault::IsaLayout));
    assert_eq!(read(&[&text], Limits::FILE), expected);
}

#[test]
fn a_segment_without_end_is_given_up_and_the_next_interchange_read() {
    let limits = Limits {
        segment_bytes: 1000,
        ..Limits::FILE
    };
    let text = format!("{ISA}GS*{}", "A".repeat(5000));
    let next = format!("{ISA}IEA*0*000000007~");
    let mut expected = ok(&["ISA", "ISA", "IEA"]);
    expected.insert(1, Err(Fault::SegmentTooLong { limit: 1000 }));
    assert_eq!(read(&[&text, &next], limits), expected);
    assert_eq!(read(&[&format!("{text}{next}")], limits), expected);
    assert_eq!(read(&[&format!("{text}~{next}")], limits), expected);
}

#[test]
fn too_many_segments_end_the_reading() {
    let limits = Limits {
        segments: 3,
        ..Limits::FILE
    };
    let text = claim();
    let mut expected = ok(&["ISA", "GS", "ST"]);
    expected.push(Err(Fault::TooManySegments { limit: 3 }));
    assert_eq!(read(&[&text, &text], limits), expected);
}

#[test]
fn too_many_bytes_end_the_reading() {
    let limits = Limits {
        size_bytes: 170,
        ..Limits::FILE
    };
    let text = claim();
    let mut expected = ok(&["ISA", "GS"]);
    expected.push(Err(Fault::TooLarge { limit: 170 }));
    assert_eq!(read(&[&text, &text], limits), expected);
    let (first, second) = text.split_at(120);
    assert_eq!(read(&[first, second], limits), expected);
}

#[test]
fn an_interchange_may_follow_directly_where_reading_was_lost() {
    let limits = Limits {
        segment_bytes: 200,
        ..Limits::FILE
    };
    let long = format!("{ISA}GS*{}", "A".repeat(198));
    let next = format!("{ISA}IEA*0*000000007~");
    assert_eq!(read(&[&long, &next], limits)[2..], ok(&["ISA", "IEA"]));
}

#[test]
fn a_cut_in_the_letters_of_an_isa_is_no_long_segment() {
    let limits = Limits {
        segment_bytes: 1,
        ..Limits::FILE
    };
    let twice = format!("{ISA}{ISA}");
    for cut in 106..110 {
        let (first, second) = twice.split_at(cut);
        assert_eq!(read(&[first, second], limits), ok(&["ISA", "ISA"]), "{cut}");
    }
}

#[test]
fn two_segments_that_changed_places_are_one_finding() {
    let claim = claim();
    let tax_id = edited(&claim, "REF*EI*123456789~HL*2*1*22*0~", "HL*2*1*22*0~REF*EI*123456789~");
    assert_eq!(findings(&tax_id), ["IK304 3 segment 12 (REF in 2010AA)"]);
    let receiver = edited(
        &claim,
        "NM1*40*2*PAYER*****46*RECEIVER~HL*1**20*1~",
        "HL*1**20*1~NM1*40*2*PAYER*****46*RECEIVER~",
    );
    assert_eq!(findings(&receiver), ["IK304 7 segment 8 (NM1 in 2000A)"]);
}
