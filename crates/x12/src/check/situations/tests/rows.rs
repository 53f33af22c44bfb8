//! One row for each rule: an edit of a sound text that keeps it, one that breaks it, and the place
//! of the finding.

mod claims;
mod others;
mod parties;
mod texts;

use super::{Situation as S, findings};
use claims::CLAIMS;
use others::CONTACTS;
use parties::PARTIES;
use texts::{ANSWER, CLAIM, DENTAL, HOSPITAL, INQUIRY, MEMBERS, PAYMENT, SECOND, Text};

/// An edit: the first occurrence of one text is replaced by another.
type Edit = (&'static str, &'static str);

const NONE: Edit = ("", "");
/// Rule, text, the edit that keeps it, the edit that breaks it, segment and element of the finding.
type Row = (S, Text, Edit, Edit, (&'static str, u8));

const OTHERS: &[Row] = &[
    (S::NoServiceRequested, INQUIRY, NONE, ("EQ*30~", ""), ("EQ", 0)),
    (
        S::PatientUnidentified,
        INQUIRY,
        ("****MI*M1", ""),
        ("****MI*M1~DMG*D8*19800101", ""),
        ("NM1", 9),
    ),
    (
        S::NothingAnswered,
        ANSWER,
        ("EB*A**98*****.2~", "AAA*N**75*C~"),
        ("EB*A**98*****.2~", ""),
        ("EB", 0),
    ),
    (
        S::RejectedAndContinued,
        ANSWER,
        NONE,
        ("PI*1~", "PI*1~AAA*N**42*R~"),
        ("HL", 0),
    ),
    (S::BenefitAmount, ANSWER, NONE, ("*****.2~", "~"), ("EB", 7)),
    (
        S::BenefitPercent,
        ANSWER,
        ("*****.2~", "*****1~"),
        ("*****.2~", "*****20~"),
        ("EB", 8),
    ),
    (
        S::SubscriberAfterDependent,
        MEMBERS,
        NONE,
        ("INS*Y", "INS*N*19*021*28*A~REF*0F*S1~INS*Y"),
        ("INS", 0),
    ),
    (
        S::DependentAlone,
        MEMBERS,
        NONE,
        (
            "2~N1*P5*S*FI*1~N1*IN*I*FI*2~",
            "4~N1*P5*S*FI*1~N1*IN*I*FI*2~INS*N*19*030*28*A~REF*0F*S9~",
        ),
        ("INS", 0),
    ),
    (S::Relationship, MEMBERS, NONE, ("INS*Y*18", "INS*Y*19"), ("INS", 2)),
    (
        S::TerminationDate,
        MEMBERS,
        ("DTP*348", "DTP*349"),
        ("Y*18*021", "Y*18*024"),
        ("DTP", 0),
    ),
    (S::Maintenance, MEMBERS, NONE, ("Y*18*021", "Y*18*030"), ("INS", 3)),
    (
        S::NegativePayment,
        PAYMENT,
        ("I*80", "I*0"),
        ("I*80", "I*-80"),
        ("BPR", 2),
    ),
    (
        S::PaymentNotMade,
        PAYMENT,
        ("I*80*C*CHK", "I*0*C*NON"),
        ("CHK", "NON"),
        ("BPR", 2),
    ),
    (
        S::Reversal,
        PAYMENT,
        ("C1*1*100*80*20", "C1*22*-100*-80*-20"),
        ("C1*1*", "C1*22*"),
        ("CLP", 3),
    ),
];

/// The findings in a text after an edit.
fn edited((group, kind, version, body): Text, (from, to): Edit) -> Vec<(S, &'static str, u8)> {
    assert!(body.contains(from), "{from}");
    findings(group, kind, version, &body.replacen(from, to, 1)).situations
}

#[test]
fn each_rule_is_kept_by_one_example_and_broken_by_another() {
    for (of, text, keeps, breaks, (id, element)) in PARTIES.iter().chain(CLAIMS).chain(CONTACTS).chain(OTHERS).copied()
    {
        let kept = edited(text, keeps);
        assert!(
            kept.iter().all(|(found, ..)| *found != of),
            "{of:?} {keeps:?}: {kept:?}"
        );
        let broken = edited(text, breaks);
        assert!(broken.contains(&(of, id, element)), "{of:?} {breaks:?}: {broken:?}");
    }
}

#[test]
fn every_rule_has_its_examples() {
    for rule in S::ALL {
        // Its example is 5,001 claims: `engine`.
        let is_listed = PARTIES
            .iter()
            .chain(CLAIMS)
            .chain(CONTACTS)
            .chain(OTHERS)
            .any(|(of, ..)| of == rule);
        assert!(is_listed || *rule == S::TooManyClaims, "{rule:?} has no example");
    }
}

#[test]
fn sound_texts_break_no_rule() {
    for text in [CLAIM, SECOND, HOSPITAL, DENTAL, INQUIRY, ANSWER, MEMBERS, PAYMENT] {
        assert_eq!(edited(text, NONE), [], "{}", text.2);
    }
}
