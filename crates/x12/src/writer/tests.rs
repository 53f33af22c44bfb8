//! The envelopes balance, whatever their content.

use super::*;
use crate::Interchange;
use proptest::prelude::*;

fn header() -> Header {
    Header {
        sender: Party::mutual("MEDCONNECT"),
        receiver: Party::mutual("PAYER"),
        control: ControlNumbers {
            interchange: 7,
            group: 8,
            transaction: 9,
        },
        created_at: DateTime::from_timestamp(1_700_000_000, 0).unwrap(),
        usage: Usage::Test,
        kind: TransactionKind {
            functional_id: "HS",
            id: "270",
            version: "005010X279A1",
        },
    }
}

#[test]
fn the_isa_has_its_fixed_width_and_the_counts_agree() {
    let mut builder = Builder::new(&header(), Delimiters::STANDARD).unwrap();
    builder
        .push(Line::new("BHT").code("0022").skip(2).code("X").skip(3))
        .unwrap();
    let text = builder.finish().unwrap();
    assert_eq!(text.find("~GS*"), Some(105));
    assert!(text.contains("~BHT*0022***X~SE*3*0009~GE*1*8~IEA*1*000000007~"));
    Interchange::parse(text.as_bytes()).unwrap();
}

#[test]
fn faults_name_the_field_and_not_the_value() {
    let mut builder = Builder::new(&header(), Delimiters::STANDARD).unwrap();
    let error = builder
        .push(Line::new("NM1").code("IL").data("SMI*TH", 60))
        .unwrap_err();
    assert_eq!(error.to_string(), "NM102 holds a delimiter, which X12 cannot escape");
    let error = builder.push(Line::new("NM1").data("SM–TH", 60)).unwrap_err();
    assert_eq!(
        error,
        WriteError::Character {
            segment: "NM1",
            element: 1
        }
    );
    let error = builder.push(Line::new("NM1").data("SMITH", 4)).unwrap_err();
    assert_eq!(
        error,
        WriteError::TooLong {
            segment: "NM1",
            element: 1,
            max: 4
        }
    );
    let error = builder.push(Line::new("NM1").required(" ", 4)).unwrap_err();
    assert_eq!(
        error,
        WriteError::Missing {
            segment: "NM1",
            element: 1
        }
    );
    let mut wrong = header();
    wrong.sender.id = "SIXTEEN-LETTERS!".to_owned();
    assert_eq!(
        Builder::new(&wrong, Delimiters::STANDARD).unwrap_err(),
        WriteError::TooLong {
            segment: "ISA",
            element: 6,
            max: 15
        }
    );
}

/// A transaction set of one segment.
struct TestSet(&'static str, String);

impl TransactionSet for TestSet {
    type Error = WriteError;

    fn kind(&self) -> TransactionKind {
        let (id, version) = (self.0, "005010X279A1");
        TransactionKind {
            functional_id: if id == "270" { "HS" } else { "HB" },
            id,
            version,
        }
    }

    fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(Line::new("BHT").code("0022"))?;
        out.push(Line::new("NM1").data(&self.1, 60))
    }
}

fn test_set(id: &'static str) -> TestSet {
    TestSet(id, "X".to_owned())
}

fn envelope() -> Envelope {
    crate::fixtures::envelope()
}

#[test]
fn groups_and_transaction_sets_are_counted() {
    let mut out = InterchangeWriter::begin(&envelope()).unwrap();
    out.add(&test_set("270"), 1).unwrap();
    out.add(&test_set("270"), 2).unwrap();
    out.group(99);
    out.add(&test_set("271"), 1).unwrap();
    let text = out.finish().unwrap();
    assert!(text.contains("~SE*4*0002~GE*2*8~GS*HB*SENDER*RECEIVER*20260102*030405*99*X*005010X279A1~ST*271*0001*"));
    assert!(text.ends_with("~SE*4*0001~GE*1*99~IEA*2*000000007~"));
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    assert_eq!((interchange.groups.len(), interchange.transactions().count()), (2, 3));
}

#[test]
fn what_would_not_balance_is_refused_and_leaves_no_trace() {
    let mut out = InterchangeWriter::begin(&envelope()).unwrap();
    out.add(&test_set("270"), 1).unwrap();
    let form = |segment, element| Err(WriteError::Form { segment, element });
    assert_eq!(out.add(&test_set("270"), 1), form("ST", 2));
    assert_eq!(out.add(&test_set("270"), 0), form("ST", 2));
    assert_eq!(out.add(&test_set("271"), 2), form("GS", 1));
    out.group(8);
    assert_eq!(out.add(&test_set("271"), 2), form("GS", 6));
    out.group(9);
    let broken = TestSet("271", "A~B".to_owned());
    assert!(matches!(out.add(&broken, 2), Err(WriteError::Delimiter { .. })));
    let text = out.finish().unwrap();
    assert_eq!(Interchange::parse(text.as_bytes()).unwrap().transactions().count(), 1);
    let empty = InterchangeWriter::begin(&envelope()).unwrap().finish();
    assert_eq!(
        empty,
        Err(WriteError::Missing {
            segment: "ST",
            element: 1
        })
    );
}

#[test]
fn content_cannot_write_the_envelope() {
    let mut builder = Builder::new(&header(), Delimiters::STANDARD).unwrap();
    for segment in ["ISA", "GS", "ST", "SE", "GE", "IEA"] {
        let refused = builder.push(Line::new(segment).code("1"));
        assert_eq!(refused, Err(WriteError::Envelope { segment }));
    }
    Interchange::parse(builder.finish().unwrap().as_bytes()).unwrap();
}

#[test]
fn a_repetition_separator_in_data_gives_way_in_what_was_written_too() {
    let mut builder = envelope().open(header().kind).unwrap();
    let repeated = ["30".to_owned(), "98".to_owned()];
    builder.push(Line::new("EB").repeated(&repeated, 2)).unwrap();
    builder
        .push(Line::new("NTE").code("ADD").data("SEE ^ NOTE: 3", 80))
        .unwrap();
    let text = builder.finish().unwrap();
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    let segments = &interchange.transactions().next().unwrap().segments;
    assert_eq!(segments[0].repetitions(1).collect::<Vec<_>>(), ["30", "98"]);
    assert_eq!(segments[1].element(2), "SEE ^ NOTE: 3");
    assert_eq!(segments[1].repetitions(2).count(), 1);
}

#[test]
fn a_component_separator_in_data_gives_way_where_the_caller_did_not_choose_it() {
    let kind = header().kind;
    let mut builder = envelope().open(kind).unwrap();
    builder
        .push(Line::new("HI").composite(vec!["ABK".into(), "J020".into()], 30))
        .unwrap();
    builder
        .push(Line::new("NTE").code("ADD").data("SEEN: 3 AM > 2", 80))
        .unwrap();
    builder.push(Line::new("NTE").code("ADD").data("A<B", 80)).unwrap();
    let text = builder.finish().unwrap();
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    let segments = &interchange.transactions().next().unwrap().segments;
    assert_eq!(segments[0].component(1, 2), "J020");
    assert_eq!(
        (segments[1].element(2), segments[2].element(2)),
        ("SEEN: 3 AM > 2", "A<B")
    );
    assert_eq!(segments[1].components(2).count(), 1);

    let mut builder = Builder::new(&header(), Delimiters::STANDARD).unwrap();
    let (segment, element) = ("NTE", 2);
    let refused = builder.push(Line::new("NTE").code("ADD").data("SEEN: 3 AM", 80));
    assert_eq!(refused, Err(WriteError::Delimiter { segment, element }));
}

#[test]
fn a_segment_that_was_read_is_changed_and_written_with_the_new_delimiters() {
    let isa =
        "ISA|00|          |00|          |ZZ|A              |ZZ|B              |160405|1354|!|00501|000184077|1|P|>'";
    let body = "CLM|1805|50|||11>B>1|Y'HI|ABK>J020|ABF>I10'EQ|30!98'NTE|ADD|SEEN > 2!'JANE DOE|X'";
    let input = format!("{isa}{body}");
    let read: Vec<_> = crate::SegmentReader::new(input.as_bytes(), crate::Limits::FILE)
        .unwrap()
        .flatten()
        .collect();
    let mut builder = Builder::new(&header(), Delimiters::STANDARD).unwrap();
    let [clm, hi, eq, note] = [1, 2, 3, 4].map(|n| Line::from(&read[n]));
    builder
        .push(clm.with_component(5, 3, "7").with(2, "60").with(9, "Y"))
        .unwrap();
    for line in [hi, eq, note] {
        builder.push(line).unwrap();
    }
    let unknown = Line::from(&read[5]);
    assert_eq!(format!("{unknown:?}"), "Line(?)");
    let refused = builder.push(unknown.with(1, "~"));
    assert_eq!(
        refused,
        Err(WriteError::Delimiter {
            segment: "?",
            element: 1
        })
    );
    let text = builder.finish().unwrap();
    let changed = "CLM*1805*60***11:B:7*Y***Y~HI*ABK:J020*ABF:I10~EQ*30^98~NTE*ADD*SEEN > 2!~SE*";
    assert!(text.contains(changed), "{text}");
}

#[test]
fn accented_letters_are_written_and_counted_as_characters() {
    let mut builder = Builder::new(&header(), Delimiters::STANDARD).unwrap();
    builder.push(Line::new("NM1").data("MUÑOZ", 5)).unwrap();
    let text = builder.finish().unwrap();
    let interchange = Interchange::parse(text.as_bytes()).unwrap();
    assert_eq!(
        interchange.transactions().next().unwrap().segments[0].element(1),
        "MUÑOZ"
    );
}

proptest! {
    #[test]
    fn any_order_of_groups_sets_and_refusals_balances(
        steps in prop::collection::vec((any::<bool>(), 0u32..4, "[ -~]{0,6}", prop::option::of(0u32..6)), 0..30),
    ) {
        let mut out = InterchangeWriter::begin(&envelope()).unwrap();
        let mut written = 0;
        for (is_inquiry, number, text, group) in steps {
            if let Some(group) = group {
                out.group(group);
            }
            let id = if is_inquiry { "270" } else { "271" };
            written += usize::from(out.add(&TestSet(id, text), number).is_ok());
        }
        let text = out.finish();
        prop_assert_eq!(text.is_ok(), written > 0);
        if let Ok(text) = text {
            let interchange = Interchange::parse(text.as_bytes()).unwrap();
            prop_assert_eq!(interchange.transactions().count(), written);
            prop_assert!(interchange.groups.iter().all(|group| !group.transactions.is_empty()));
        }
    }

    #[test]
    fn no_data_breaks_the_envelope(a in "\\PC{0,30}", b in "[ -~]{0,30}") {
        let mut builder = Builder::new(&header(), Delimiters::STANDARD).unwrap();
        let kept = builder.push(Line::new("NM1").data(&a, 60).data(&b, 60).code("X")).is_ok();
        let text = builder.finish().unwrap();
        let interchange = Interchange::parse(text.as_bytes()).unwrap();
        let transaction = interchange.transactions().next().unwrap();
        prop_assert_eq!(transaction.segments.len(), usize::from(kept));
        if kept {
            prop_assert_eq!(transaction.segments[0].element(2), b.as_str());
        }
    }
}
