//! ISA, GS, ST and their trailers: control numbers, counts, order.

use super::controls::Controls;
use super::repair::Repaired;
use super::{Checker, place_of, values};
use crate::acknowledgement;
use crate::check::report::{Ended, GroupEnded, InterchangeEnded, Report};
use crate::check::transaction::{Next, OpenTransaction};
use crate::envelope::stated_count;
use crate::finding::{Code, ElementPlace, Finding, FindingKind, Place, Severity};
use crate::guide::{self, Codes, Id, ids};
use crate::segment::{Segment, text};

#[derive(Debug)]
pub(super) struct OpenInterchange {
    control: String,
    groups: u32,
    controls: Controls<10>,
    /// Transaction sets that its groups accept.
    accepted: u64,
    is_rejected: bool,
}

#[derive(Debug)]
pub(super) struct OpenGroup {
    control: String,
    version: String,
    /// GS01, where a guide of the version has it; otherwise it has been reported.
    functional_id: Option<String>,
    /// Whether the version has guides.
    known: bool,
    transactions: u32,
    controls: Controls<10>,
    /// Transaction sets without errors that reject them.
    accepted: u64,
    is_rejected: bool,
}

/// ISA elements with codes or a form, and their TA105. Their lengths are fixed by the ISA.
const ISA_NOTES: [(u8, &str); 10] = [
    (1, "010"),
    (3, "012"),
    (5, "005"),
    (7, "007"),
    (12, "017"),
    (14, "019"),
    (15, "020"),
    (9, "014"),
    (10, "015"),
    (13, "018"),
];

impl OpenInterchange {
    /// ISA13.
    pub(super) fn control(&self) -> &str {
        &self.control
    }
}

impl OpenGroup {
    /// GS06.
    pub(super) fn control(&self) -> &str {
        &self.control
    }
}

/// ISA elements with the id of a party: element, TA105.
const ISA_IDS: [(u8, &str); 2] = [(6, "006"), (8, "008")];

/// The most groups that IEA01 can count (data element I16).
const GROUPS: u32 = 99_999;

/// GS elements with a form, besides ids and numbers, which are checked separately. An invalid one
/// is reported as invalid content of the interchange.
const GS_FORMS: [u8; 5] = [2, 3, 4, 5, 7];

/// ISA12 of 004010. It is common around 005010 groups, where it only determines how ISA11 is read.
const OLD_VERSION: &str = "00401";

impl Checker<'_> {
    pub(super) fn isa(&mut self, isa: &Segment<'_>, report: &mut dyn Report) {
        self.abandon(place_of(isa), report);
        self.verdict.interchanges = self.verdict.interchanges.saturating_add(1);
        self.outside_findings = 0;
        self.repaired = Repaired::default();
        report.interchange_began(isa);
        self.interchange = Some(OpenInterchange {
            control: isa.element(13).to_owned(),
            groups: 0,
            controls: Controls::default(),
            accepted: 0,
            is_rejected: false,
        });
        let place = place_of(isa);
        if isa.delimiters().is_repetition_assumed() && isa.element(12) != OLD_VERSION {
            self.report(FindingKind::RepetitionUndeclared, place, Some(isa.element(11)), report);
        }
        let delimiters = isa.delimiters();
        if delimiters.repetition() == Some(delimiters.component()) {
            self.report(FindingKind::RepetitionIsComponent, place, None, report);
        }
        for (element, code) in ISA_IDS {
            let value = isa.element(usize::from(element)).trim_end_matches(' ');
            let is_plain = |c: char| (c == ' ' || c.is_ascii_graphic()) && !delimiters.contains(c);
            if value.is_empty() || !value.chars().all(is_plain) {
                let value = Some(value).filter(|value| !value.is_empty());
                self.report(FindingKind::IsaElement { element, code }, place, value, report);
            }
        }
        for (element, code) in ISA_NOTES {
            let value = isa.element(usize::from(element));
            if (element, value) == (12, OLD_VERSION) {
                self.report(FindingKind::OldInterchangeVersion, place, Some(value), report);
            } else if !has_form(isa, element, value) {
                self.report(FindingKind::IsaElement { element, code }, place, Some(value), report);
            }
        }
        if self.interchanges.seen_before(&[6, 8, 13].map(|n| isa.element(n))) {
            self.report(FindingKind::InterchangeDuplicate, place, Some(isa.element(13)), report);
        }
    }

    pub(super) fn gs(&mut self, gs: &Segment<'_>, received: &Segment<'_>, report: &mut dyn Report) {
        let place = place_of(gs);
        if self.group.is_some() {
            self.abandon_group(place, report);
        }
        let Some(interchange) = &mut self.interchange else {
            return self.report(FindingKind::OutsideEnvelope, place, None, report);
        };
        interchange.groups = interchange.groups.saturating_add(1);
        let is_too_many = interchange.groups == GROUPS + 1;
        let control = gs.element(6);
        let is_duplicate = interchange.controls.seen_before(&[control]);
        self.verdict.groups = self.verdict.groups.saturating_add(1);
        report.group_began(received);
        let (kind, version, near) = (gs.element(1), gs.element(8), self.settings.near_versions);
        let known = guide::of_version(version, near).next().is_some();
        let fits = guide::of_version(version, near).any(|guide| guide.functional_group == kind);
        self.group = Some(OpenGroup {
            control: control.to_owned(),
            version: version.to_owned(),
            functional_id: fits.then(|| kind.to_owned()),
            known,
            transactions: 0,
            controls: Controls::default(),
            accepted: 0,
            is_rejected: false,
        });
        if !known {
            let purpose = guide::unchecked(version);
            let kind = purpose.map_or(FindingKind::VersionUnsupported, |purpose| {
                FindingKind::VersionUnchecked { purpose }
            });
            self.report(kind, place, Some(version), report);
        } else if !fits {
            let version = guide::of_version(version, near)
                .next()
                .map_or("", |guide| guide.version);
            self.report(FindingKind::GroupUnsupported { version }, place, Some(kind), report);
        }
        for element in GS_FORMS {
            let value = gs.element(usize::from(element));
            if !has_form(gs, element, value) {
                let value = (!value.is_empty()).then_some(value);
                self.report(FindingKind::GroupElement { element }, place, value, report);
            }
        }
        if !(1..=9).contains(&control.len()) || !control.bytes().all(|byte| byte.is_ascii_digit()) {
            self.report(FindingKind::GroupControlForm, place, Some(control), report);
        }
        if is_duplicate {
            self.report(FindingKind::GroupDuplicate, place, Some(control), report);
        }
        if is_too_many {
            self.report(FindingKind::TooManyGroups { max: GROUPS }, place, None, report);
        }
        self.check_surplus(gs, 8, report);
    }

    pub(super) fn st(&mut self, st: &Segment<'_>, received: &Segment<'_>, report: &mut dyn Report) {
        let place = place_of(st);
        if self.transaction.is_some() {
            self.abandon_transaction(place, report);
        }
        let Some(group) = &mut self.group else {
            return self.report(FindingKind::OutsideEnvelope, place, None, report);
        };
        group.transactions = group.transactions.saturating_add(1);
        let control = st.element(2);
        let is_duplicate = group.controls.seen_before(&[control]);
        let (kind, convention) = (st.element(1), st.element(3));
        let near = self.settings.near_versions;
        let by_group = guide::find_for(kind, &group.version, None, near);
        // ST03 takes precedence over GS08 (X12.6, semantic note of ST03).
        let by_convention = guide::find_for(kind, convention, None, near);
        let guide = by_convention.or(by_group);
        // Where GS08 itself is wrong, that has been reported.
        let is_compared = group.functional_id.is_some() && !convention.is_empty() && convention != group.version;
        let differs = is_compared.then(|| FindingKind::ConventionDiffers {
            near: by_convention.is_some() && by_convention == by_group,
        });
        // An unknown version has been reported; its transaction sets are counted but not checked.
        let unsupported = match (guide, &group.functional_id) {
            (None, _) => group.known,
            (Some(guide), Some(functional_id)) => guide.functional_group != functional_id,
            (Some(_), None) => false,
        };
        self.verdict.transactions += 1;
        report.transaction_began(received, guide);
        let mut open = OpenTransaction::new(control, guide);
        let place = Place { position: 1, ..place };
        let mut found = Vec::new();
        if unsupported {
            found.push((FindingKind::TransactionUnsupported, kind));
        }
        if !(4..=9).contains(&control.len()) {
            found.push((FindingKind::TransactionControlForm, control));
        }
        if is_duplicate {
            found.push((FindingKind::TransactionDuplicate, control));
        }
        if let Some(differs) = differs {
            found.push((differs, convention));
        }
        for (kind, value) in found {
            open.report(kind, place, Some(value), self.settings, &mut self.verdict, report);
            match kind {
                FindingKind::TransactionControlForm => open.leave_out(2),
                FindingKind::ConventionDiffers { .. } => open.leave_out(3),
                _ => {}
            }
        }
        self.fields.of(st);
        let next = next(st, received, ids::ST);
        open.take(&next, &self.fields, self.settings, &mut self.verdict, report);
        self.transaction = Some(open);
    }

    pub(super) fn se(&mut self, se: &Segment<'_>, received: &Segment<'_>, report: &mut dyn Report) {
        let Some(mut open) = self.transaction.take() else {
            return self.report(FindingKind::OutsideEnvelope, place_of(se), None, report);
        };
        // SE01 and SE02 are compared below, whatever their form.
        open.leave_out(1);
        open.leave_out(2);
        self.fields.of(se);
        let next = next(se, received, ids::SE);
        open.take(&next, &self.fields, self.settings, &mut self.verdict, report);
        let place = open.place(se);
        let (stated, found) = (stated_count(se), open.segments());
        if stated != Some(found) {
            let kind = FindingKind::TransactionCount { stated, found };
            open.report(
                kind,
                place,
                Some(se.element(1)),
                self.settings,
                &mut self.verdict,
                report,
            );
        }
        if se.element(2) != open.control() {
            let value = Some(se.element(2));
            open.report(
                FindingKind::TransactionControl,
                place,
                value,
                self.settings,
                &mut self.verdict,
                report,
            );
        }
        let ended = open.finish(place, self.settings, &mut self.verdict, report);
        self.end(ended, report);
    }

    pub(super) fn ge(&mut self, ge: &Segment<'_>, report: &mut dyn Report) {
        let place = place_of(ge);
        self.abandon_transaction(place, report);
        let Some(group) = &self.group else {
            return self.report(FindingKind::OutsideEnvelope, place, None, report);
        };
        let (stated, found) = (stated_count(ge), group.transactions);
        let differs = ge.element(2) != group.control;
        if stated != Some(found) {
            let kind = FindingKind::GroupCount { stated, found };
            self.report(kind, place, Some(ge.element(1)), report);
        } else if found == 0 {
            self.report(FindingKind::GroupEmpty, place, None, report);
        }
        if differs {
            self.report(FindingKind::GroupControl, place, Some(ge.element(2)), report);
        }
        self.check_surplus(ge, 2, report);
        self.end_group(stated, report);
    }

    pub(super) fn iea(&mut self, iea: &Segment<'_>, report: &mut dyn Report) {
        let place = place_of(iea);
        self.abandon_group(place, report);
        let Some(interchange) = &self.interchange else {
            return self.report(FindingKind::OutsideEnvelope, place, None, report);
        };
        let (stated, found) = (stated_count(iea), interchange.groups);
        let differs = iea.element(2) != interchange.control;
        // More groups than can be counted have been reported.
        if stated != Some(found) && found <= GROUPS {
            let kind = FindingKind::InterchangeCount { stated, found };
            self.report(kind, place, Some(iea.element(1)), report);
        }
        if differs {
            self.report(FindingKind::InterchangeControl, place, Some(iea.element(2)), report);
        }
        self.check_surplus(iea, 2, report);
        self.end_interchange(report);
    }

    /// Reports values beyond the elements of a segment outside transaction sets, and an empty last
    /// one.
    fn check_surplus(&mut self, segment: &Segment<'_>, elements: u8, report: &mut dyn Report) {
        let separator = segment.delimiters().element_byte();
        let values = (0..=u8::MAX).zip(segment.bytes().split(|byte| *byte == separator));
        let mut surplus = values.skip(usize::from(elements) + 1);
        let last = surplus.clone().last();
        let wrong = surplus.find(|(_, value)| !value.is_empty());
        let Some((kind, (element, value))) = wrong
            .map(|wrong| (FindingKind::TooManyElements, wrong))
            .or(last.map(|last| (FindingKind::TrailingSeparator, last)))
        else {
            return;
        };
        let at = ElementPlace {
            element,
            component: 0,
            repetition: 1,
            number: 0,
        };
        let place = Place {
            element: Some(at),
            ..place_of(segment)
        };
        self.report(kind, place, Some(text(value)).filter(|value| !value.is_empty()), report);
    }

    /// Ends open envelopes that have no trailer.
    pub(super) fn abandon(&mut self, place: Place, report: &mut dyn Report) {
        self.abandon_group(place, report);
        if self.interchange.is_some() {
            self.report(FindingKind::InterchangeUnended, place, None, report);
            self.end_interchange(report);
        }
    }

    fn abandon_group(&mut self, place: Place, report: &mut dyn Report) {
        self.abandon_transaction(place, report);
        if self.group.is_some() {
            self.report(FindingKind::GroupUnended, place, None, report);
            self.end_group(None, report);
        }
    }

    fn abandon_transaction(&mut self, place: Place, report: &mut dyn Report) {
        if let Some(open) = self.transaction.take() {
            let ended = open.cut_off(place, self.settings, &mut self.verdict, report);
            self.end(ended, report);
        }
    }

    fn end(&mut self, ended: Ended, report: &mut dyn Report) {
        if let Some(group) = &mut self.group {
            group.accepted += u64::from(ended.is_accepted);
        }
        report.transaction_ended(&ended);
    }

    fn end_group(&mut self, stated: Option<u32>, report: &mut dyn Report) {
        let Some(group) = self.group.take() else { return };
        if let Some(interchange) = self.interchange.as_mut().filter(|_| !group.is_rejected) {
            interchange.accepted += group.accepted;
        }
        report.group_ended(&GroupEnded {
            stated,
            received: group.transactions,
            is_rejected: group.is_rejected,
        });
    }

    fn end_interchange(&mut self, report: &mut dyn Report) {
        let Some(interchange) = self.interchange.take() else {
            return;
        };
        let is_rejected = interchange.is_rejected;
        if !is_rejected {
            self.verdict.accepted += interchange.accepted;
        }
        report.interchange_ended(&InterchangeEnded { is_rejected });
    }

    /// Notes what a finding outside transaction sets rejects.
    pub(super) fn reject_envelopes(&mut self, finding: &Finding<'_>) {
        if finding.severity() == Severity::Warning {
            return;
        }
        if let Some(note) = finding.interchange_note() {
            if let Some(interchange) = &mut self.interchange {
                interchange.is_rejected |= acknowledgement::rejects_interchange(note);
            }
        } else if let Some(group) = &mut self.group {
            group.is_rejected |= matches!(finding.kind.code(), Code::Group(_));
        }
    }
}

fn next<'n, 'a>(segment: &'n Segment<'a>, received: &'n Segment<'n>, id: Id) -> Next<'n, 'a> {
    Next {
        segment,
        received,
        id,
        nth: id.nth(),
    }
}

/// Whether a value of an envelope has the code or form of its element; any characters do.
fn has_form(segment: &Segment<'_>, element: u8, value: &str) -> bool {
    let Some(of) = guide::envelope_element(segment.id(), element) else {
        return true;
    };
    match of.codes {
        Codes::OneOf(codes) => codes.contains(&value),
        _ => !value.is_empty() && values::form(value.as_bytes(), &of, true).is_none(),
    }
}
