//! What one value asks of another, as far as the standard's public facts name it (SNIP type 4).

use super::balance::Tell;
use crate::fields::Fields;
use crate::finding::{Code, Place, What};
use crate::guide::{Guide, ids};
use crate::segment::{Segment, text};
use crate::walk::Placed;

/// Most lines of a professional claim.
const LINES: u32 = 50;
/// Most lines of an institutional claim.
const INSTITUTIONAL_LINES: u32 = 999;

/// A rule that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Situation {
    /// 837: the subscriber is the patient (SBR02 18) and a patient's loop follows.
    PatientAndSubscriber,
    /// 837: the subscriber is the patient and their birth date and gender (DMG) are not given.
    PatientUnknown,
    /// 837: a replacement or void (CLM05-3 7 or 8) without the payer's claim number (REF F8).
    PayerClaimNumber,
    /// 837: more lines than a claim may have.
    TooManyLines,
    /// 837P: a line points to a diagnosis that the claim does not have.
    Pointer,
    /// 837: a diagnosis code is written with a dot.
    DiagnosisDot,
    /// 271: neither a benefit (EB) nor a rejection (AAA) for the patient.
    NothingAnswered,
}

impl Situation {
    pub(crate) fn code(self) -> Code {
        match self {
            Self::PatientAndSubscriber => Code::Segment("I9"),
            Self::PatientUnknown | Self::PayerClaimNumber | Self::NothingAnswered => Code::Segment("I6"),
            Self::TooManyLines => Code::Segment("4"),
            Self::Pointer | Self::DiagnosisDot => Code::Element("I12"),
        }
    }

    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::PatientAndSubscriber => "The subscriber is said to be the patient, yet a patient of its own follows.",
            Self::PatientUnknown => "The subscriber is the patient, so the birth date and gender (DMG) must be given.",
            Self::PayerClaimNumber => {
                "A claim that replaces or voids another must give the payer's claim number (REF*F8)."
            }
            Self::TooManyLines => "The claim has more service lines than are allowed.",
            Self::Pointer => "The line points to a diagnosis that the claim does not have.",
            Self::DiagnosisDot => "Diagnosis codes are written without a dot.",
            Self::NothingAnswered => "The answer holds neither a benefit nor a rejection for the patient.",
        }
    }
}

/// What is remembered of the transaction set at hand.
#[derive(Debug)]
pub(super) enum Situations {
    Claims(Box<Claims>),
    Answer(Box<Answer>),
    None,
}

#[derive(Debug, Default)]
pub(super) struct Claims {
    institutional: bool,
    /// The subscriber at hand is the patient.
    is_patient: Option<Place>,
    has_demographics: bool,
    claim: Option<Claim>,
}

#[derive(Debug, Default)]
struct Claim {
    place: Place,
    replaces: bool,
    has_payer_number: bool,
    diagnoses: u32,
    lines: u32,
}

#[derive(Debug, Default)]
pub(super) struct Answer {
    /// The patient at hand, and whether anything was said of them.
    patient: Option<(Place, bool)>,
    rejected_above: bool,
}

impl Situations {
    pub(super) fn of(guide: Option<&'static Guide>) -> Self {
        match guide.map(|guide| (guide.transaction, guide.version)) {
            Some(("837", version)) => Self::Claims(Box::new(Claims {
                institutional: version.contains("X223"),
                ..Claims::default()
            })),
            Some(("271", _)) => Self::Answer(Box::default()),
            _ => Self::None,
        }
    }

    pub(super) fn take(
        &mut self,
        segment: &Segment<'_>,
        fields: &Fields,
        placed: &Placed,
        place: &Place,
        tell: &mut Tell<'_>,
    ) {
        match self {
            Self::Claims(claims) => claims.take(segment, fields, placed, place, tell),
            Self::Answer(answer) => answer.take(segment, fields, placed, place, tell),
            Self::None => {}
        }
    }

    pub(super) fn finish(&mut self, tell: &mut Tell<'_>) {
        match self {
            Self::Claims(claims) => claims.end_claim(tell),
            Self::Answer(answer) => answer.end_patient(tell),
            Self::None => {}
        }
    }
}

impl Claims {
    fn take(&mut self, segment: &Segment<'_>, fields: &Fields, placed: &Placed, place: &Place, tell: &mut Tell<'_>) {
        let get = |n| fields.get(segment, n);
        match (placed.of.id, placed.within.id) {
            (ids::HL, level) => {
                self.end_claim(tell);
                if level == "2000C" && self.is_patient.take().is_some() {
                    tell(What::Situation(Situation::PatientAndSubscriber), *place);
                }
                if level != "2000C" {
                    (self.is_patient, self.has_demographics) = (None, false);
                }
            }
            (ids::SBR, "2000B") => self.is_patient = (get(2) == "18").then_some(*place),
            (ids::DMG, "2010BA") => self.has_demographics = true,
            (ids::CLM, _) => self.begin_claim(get(5), segment, *place, tell),
            (ids::REF, "2300") if get(1) == "F8" => self.claim(|claim| claim.has_payer_number = true),
            (ids::HI, "2300") => self.diagnoses(segment, fields, *place, tell),
            (ids::LX, _) => self.line(*place, tell),
            (ids::SV1, _) => self.pointers(get(7), segment, *place, tell),
            _ => {}
        }
    }

    fn begin_claim(&mut self, facility: &str, segment: &Segment<'_>, place: Place, tell: &mut Tell<'_>) {
        self.end_claim(tell);
        if let Some(subscriber) = self.is_patient.filter(|_| !self.has_demographics) {
            tell(
                What::Situation(Situation::PatientUnknown),
                Place {
                    id: "DMG",
                    loop_id: "2010BA",
                    ..subscriber
                },
            );
            self.has_demographics = true;
        }
        let frequency = facility.split(segment.delimiters().component()).nth(2);
        self.claim = Some(Claim {
            place,
            replaces: matches!(frequency, Some("7" | "8")),
            ..Claim::default()
        });
    }

    fn diagnoses(&mut self, segment: &Segment<'_>, fields: &Fields, place: Place, tell: &mut Tell<'_>) {
        let separator = segment.delimiters().component();
        for n in 1..=fields.len() {
            let mut parts = fields.get(segment, n).split(separator);
            let (kind, code) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            if matches!(kind, "ABK" | "ABF" | "BK" | "BF") {
                self.claim(|claim| claim.diagnoses = claim.diagnoses.saturating_add(1));
                if code.contains('.') {
                    tell(What::Situation(Situation::DiagnosisDot), at(place, n, 2));
                }
            }
        }
    }

    fn line(&mut self, place: Place, tell: &mut Tell<'_>) {
        let most = if self.institutional { INSTITUTIONAL_LINES } else { LINES };
        if let Some(claim) = &mut self.claim {
            claim.lines = claim.lines.saturating_add(1);
            if claim.lines == most + 1 {
                tell(What::Situation(Situation::TooManyLines), place);
            }
        }
    }

    fn pointers(&mut self, pointers: &str, segment: &Segment<'_>, place: Place, tell: &mut Tell<'_>) {
        let Some(claim) = &self.claim else { return };
        let separator = segment.delimiters().component_byte();
        for (n, pointer) in (1..=u8::MAX).zip(pointers.as_bytes().split(|byte| *byte == separator)) {
            if text(pointer)
                .parse::<u32>()
                .is_ok_and(|pointer| pointer == 0 || pointer > claim.diagnoses)
            {
                tell(What::Situation(Situation::Pointer), at(place, 7, n));
            }
        }
    }

    fn claim(&mut self, change: impl FnOnce(&mut Claim)) {
        if let Some(claim) = &mut self.claim {
            change(claim);
        }
    }

    fn end_claim(&mut self, tell: &mut Tell<'_>) {
        if let Some(claim) = self
            .claim
            .take()
            .filter(|claim| claim.replaces && !claim.has_payer_number)
        {
            tell(
                What::Situation(Situation::PayerClaimNumber),
                Place {
                    id: "REF",
                    ..claim.place
                },
            );
        }
    }
}

impl Answer {
    fn take(&mut self, segment: &Segment<'_>, fields: &Fields, placed: &Placed, place: &Place, tell: &mut Tell<'_>) {
        match (placed.of.id, placed.within.id) {
            (ids::HL, level) => {
                // A subscriber with dependants is not the one who was asked about.
                let asked = fields.get(segment, 4) == "0" && matches!(level, "2000C" | "2000D");
                self.end_patient(tell);
                if level == "2000A" {
                    self.rejected_above = false;
                }
                self.patient = asked.then_some((*place, self.rejected_above));
            }
            (ids::AAA, "2000A" | "2100A" | "2100B") => self.rejected_above = true,
            (ids::AAA | ids::EB, _) => {
                if let Some(patient) = &mut self.patient {
                    patient.1 = true;
                }
            }
            _ => {}
        }
    }

    fn end_patient(&mut self, tell: &mut Tell<'_>) {
        if let Some((place, false)) = self.patient.take() {
            tell(What::Situation(Situation::NothingAnswered), place);
        }
    }
}

fn at(place: Place, element: usize, component: u8) -> Place {
    let element = Some(crate::finding::ElementPlace {
        element: u8::try_from(element).unwrap_or(u8::MAX),
        component,
        repetition: 1,
        number: 0,
    });
    Place { element, ..place }
}
