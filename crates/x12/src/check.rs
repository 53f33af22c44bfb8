//! Checks segments as they are read, and reports errors and warnings. Memory does not grow with the
//! input.

mod amounts;
mod balance;
mod bounds;
mod conditions;
mod controls;
mod elements;
mod envelope;
mod held;
mod hierarchy;
mod lists;
mod missing;
mod placing;
mod recovery;
mod repair;
mod report;
mod reporter;
mod situations;
mod transaction;
mod unplaced;
mod values;

pub(crate) use elements::check as check_elements;
pub use lists::CodeLists;
pub(crate) use repair::length_place;
pub use report::{Ended, GroupEnded, InterchangeEnded, Report, Verdict};
pub use situations::Situation;
pub(crate) use unplaced::unplaced;
pub(crate) use values::{form, qualified_date};

use crate::delimiters::ISA_LENGTH;
use crate::error::{Fault, ReadError};
use crate::fields::Fields;
use crate::finding::{ElementPlace, Finding, FindingKind, Level, Place};
use crate::guide::{Content, ElementUse, Id, SegmentUse, ids};
use crate::reader::{Feeder, Limits, StreamError, StreamReader};
use crate::segment::Segment;
use controls::Controls;
use envelope::{OpenGroup, OpenInterchange};
use repair::Repaired;
use transaction::{Next, OpenTransaction};

/// The scope of a check and the limit of findings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The highest SNIP type that is checked, with all lower ones.
    pub level: Level,
    /// Whether a guide is also used for its near versions (`005010X279` by `005010X279A1`).
    pub near_versions: bool,
    /// Maximum number of findings in one transaction set, and of findings outside transaction sets
    /// in one interchange. One more reports that the limit was reached.
    pub findings: u32,
    /// External code lists.
    pub lists: CodeLists,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            level: Level::CodeList,
            near_versions: true,
            findings: 1_000,
            lists: CodeLists::default(),
        }
    }
}

/// Checks segments one by one.
///
/// ```
/// use mc_x12::check::{Checker, Report, Settings};
/// # use mc_x12::{Finding, Limits};
/// struct Print;
/// impl Report for Print {
///     fn finding(&mut self, finding: &Finding<'_>) {
///         println!("{}: {finding}", finding.place);
///     }
/// }
/// let verdict = mc_x12::check::check(&b"ISA*broken"[..], Limits::FILE, &Settings::default(), &mut Print)?;
/// assert_eq!(verdict.errors, 1);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Checker<'s> {
    settings: &'s Settings,
    interchange: Option<OpenInterchange>,
    group: Option<OpenGroup>,
    transaction: Option<OpenTransaction>,
    /// Sender, receiver and control number of each interchange.
    interchanges: Controls<48>,
    /// Findings reported outside transaction sets in the current interchange.
    outside_findings: u32,
    /// Faults of form that were reported for the current interchange.
    repaired: Repaired,
    /// Whether it was reported that white space was left out.
    has_trimmed: bool,
    fields: Fields,
    verdict: Verdict,
}

impl<'s> Checker<'s> {
    /// A checker before its first segment.
    pub fn new(settings: &'s Settings) -> Self {
        Self {
            settings,
            interchange: None,
            group: None,
            transaction: None,
            interchanges: Controls::default(),
            outside_findings: 0,
            repaired: Repaired::default(),
            has_trimmed: false,
            fields: Fields::default(),
            verdict: Verdict::default(),
        }
    }

    /// The next segment.
    pub fn segment(&mut self, segment: &Segment<'_>, report: &mut dyn Report) {
        self.verdict.segments += 1;
        if segment.is_suspect() {
            return self.suspect(segment, report);
        }
        self.dispatch(segment, segment, report);
    }

    /// Takes a segment in whose form the reader saw a fault.
    #[cold]
    fn suspect(&mut self, segment: &Segment<'_>, report: &mut dyn Report) {
        if segment.is_trimmed() {
            self.trimmed(segment, report);
        }
        if segment.is_unterminated() && !self.is_whole_trailer(segment) {
            // It is cut, as its envelopes are: what it lacks is no other fault.
            if self.transaction.is_some() {
                report.segment(segment, None);
            }
            return;
        }
        self.dispatch(segment, segment, report);
        if segment.has_wrong_length() {
            self.wrong_length(segment, report);
        }
    }

    /// Whether the last segment of the input is a trailer that is not cut.
    fn is_whole_trailer(&self, segment: &Segment<'_>) -> bool {
        let control = match segment.id() {
            "SE" => self.transaction.as_ref().map(OpenTransaction::control),
            "GE" => self.group.as_ref().map(OpenGroup::control),
            "IEA" => self.interchange.as_ref().map(OpenInterchange::control),
            _ => return false,
        };
        !control.is_some_and(|control| segment.is_cut_in(2, control))
    }

    /// Takes a segment; `received` is the segment as received, where it is repaired.
    #[inline]
    fn dispatch(&mut self, segment: &Segment<'_>, received: &Segment<'_>, report: &mut dyn Report) {
        let id = segment.code();
        match id.nth() {
            // The guides have ST and SE too.
            Some(nth) if id != ids::ST && id != ids::SE => self.body(segment, received, id, Some(nth), report),
            _ => self.envelope(segment, received, id, report),
        }
    }

    /// Takes a segment of an envelope, or one that the guides do not have.
    #[cold]
    fn envelope(&mut self, segment: &Segment<'_>, received: &Segment<'_>, id: Id, report: &mut dyn Report) {
        match id {
            // An ISA of another length is not an interchange: the reader took it for a segment of
            // the current one.
            ids::ISA if segment.bytes().len() + 1 == ISA_LENGTH => self.isa(segment, report),
            ids::GS | ids::ST | ids::SE | ids::GE if has_line_ends(segment) => {
                self.repaired(segment, report);
            }
            ids::GS => self.gs(segment, received, report),
            ids::ST => self.st(segment, received, report),
            ids::SE => self.se(segment, received, report),
            ids::GE => self.ge(segment, report),
            ids::IEA => self.iea(segment, report),
            ids::TA1 if self.group.is_none() && self.interchange.is_some() => report.acknowledgement(segment),
            _ => self.body(segment, received, id, None, report),
        }
    }

    /// Reports input that is not a segment.
    pub fn unreadable(&mut self, error: &ReadError, report: &mut dyn Report) {
        let place = Place {
            segment: error.place.segment,
            offset: error.place.offset,
            id: error.place.id,
            ..Place::default()
        };
        let kind = FindingKind::Unreadable(error.fault);
        match &mut self.transaction {
            Some(open) if error.fault == Fault::EmptySegment => {
                // The place of the next segment: an empty one is not counted.
                let place = Place {
                    position: open.segments().saturating_add(1),
                    ..place
                };
                open.report(kind, place, None, self.settings, &mut self.verdict, report);
            }
            _ => self.report(kind, place, None, report),
        }
        if error.fault != Fault::EmptySegment {
            self.abandon(place, report);
        }
    }

    /// Ends the input: open envelopes are truncated.
    pub fn finish(mut self, report: &mut dyn Report) -> Verdict {
        self.abandon(Place::default(), report);
        if self.verdict.segments == 0 && self.verdict.errors == 0 {
            self.report(FindingKind::NoInterchange, Place::default(), None, report);
        }
        self.verdict
    }

    #[inline]
    fn body(
        &mut self,
        segment: &Segment<'_>,
        received: &Segment<'_>,
        id: Id,
        nth: Option<u8>,
        report: &mut dyn Report,
    ) {
        self.fields.of(segment);
        let is_suspect = nth.is_none() || !self.fields.are_plain() && has_line_ends(segment);
        if is_suspect && self.repaired(segment, report) {
            return;
        }
        let Some(transaction) = &mut self.transaction else {
            let place = place_of(segment);
            return self.report(FindingKind::OutsideEnvelope, place, None, report);
        };
        let next = Next {
            segment,
            received,
            id,
            nth,
        };
        transaction.take(&next, &self.fields, self.settings, &mut self.verdict, report);
    }

    fn report(&mut self, kind: FindingKind, place: Place, value: Option<&str>, report: &mut dyn Report) {
        let place = place.with_element_of(kind);
        let finding = Finding { kind, place, value };
        self.verdict.count(&finding);
        self.reject_envelopes(&finding);
        // Findings that many segments could repeat are limited. Errors of envelopes are always
        // reported.
        if matches!(
            kind,
            FindingKind::OutsideEnvelope | FindingKind::Unreadable(Fault::EmptySegment)
        ) {
            self.outside_findings = self.outside_findings.saturating_add(1);
            let max = self.settings.findings;
            if self.outside_findings == max.saturating_add(1) {
                let kind = FindingKind::TooManyFindings { max };
                let finding = Finding {
                    kind,
                    place,
                    value: None,
                };
                self.verdict.count(&finding);
                return report.finding(&finding);
            }
            if self.outside_findings > max {
                return;
            }
        }
        report.finding(&finding);
    }
}

/// Checks all interchanges of `source`.
///
/// # Errors
/// The error of `source`. Errors in the data are reported to `report`.
pub fn check<R: std::io::Read>(
    source: R,
    limits: Limits,
    settings: &Settings,
    report: &mut dyn Report,
) -> std::io::Result<Verdict> {
    let mut reader = StreamReader::new(source, limits);
    let mut checker = Checker::new(settings);
    loop {
        match reader.next_segment() {
            Some(Ok(segment)) => checker.segment(&segment, report),
            Some(Err(StreamError::Read(error))) => checker.unreadable(&error, report),
            Some(Err(StreamError::Source(error))) => return Err(error),
            None => return Ok(checker.finish(report)),
        }
    }
}

/// Checks the segments that a [`Feeder`] has, for bytes that arrive in chunks.
pub fn drain(feeder: &mut Feeder, checker: &mut Checker<'_>, report: &mut dyn Report) {
    while let Some(next) = feeder.next_segment() {
        match next {
            Ok(segment) => checker.segment(&segment, report),
            Err(error) => checker.unreadable(&error, report),
        }
    }
}

/// The place of an element or component, with the data element number of the guide.
fn element_at(of: &SegmentUse, element: u8, component: u8) -> ElementPlace {
    let nth = |all: &'static [ElementUse], n: u8| all.get(usize::from(n).checked_sub(1)?).map(|of| &of.content);
    let number = match nth(of.elements, element) {
        Some(Content::Simple(simple)) => simple.number,
        Some(Content::Composite(components)) => match nth(components, component) {
            Some(Content::Simple(simple)) => simple.number,
            _ => 0,
        },
        None => 0,
    };
    ElementPlace {
        element,
        component,
        repetition: 1,
        number,
    }
}

fn has_line_ends(segment: &Segment<'_>) -> bool {
    segment.bytes().iter().any(|byte| repair::is_line_end(*byte))
}

fn place_of(segment: &Segment<'_>) -> Place {
    let place = segment.place();
    Place {
        segment: place.segment,
        offset: place.offset,
        id: place.id,
        ..Place::default()
    }
}
