//! Reads a 271 by the loops of its guide.

use super::benefit_read::some;
use super::{
    Benefit, DatePeriod, EligibilityError, Gender, Level, MilitaryService, PatientLoop, Person, Rejection, Response,
    single_transaction,
};
use crate::claim::health_codes_of;
use crate::parts::{self, At, Contact, Part, Trace, When, all, date, find, list, need};
use mc_x12::tree::{self, Node, Tree};
use mc_x12::{Finding, Interchange, Limits, Transaction};

/// The loops of one kind of patient.
pub(super) struct PatientLoops {
    patient: PatientLoop,
    person: Level,
    benefit: Level,
}

pub(super) const SUBSCRIBER: PatientLoops = PatientLoops {
    patient: PatientLoop::Subscriber,
    person: Level::Subscriber,
    benefit: Level::SubscriberBenefit,
};

pub(super) const DEPENDENT: PatientLoops = PatientLoops {
    patient: PatientLoop::Dependent,
    person: Level::Dependent,
    benefit: Level::DependentBenefit,
};

impl Response {
    /// Reads a real-time 271, which is about one patient; both a subscriber and one dependent are
    /// kept. [`Response::read_all`] reads batches.
    ///
    /// # Errors
    /// [`EligibilityError`]; [`EligibilityError::Malformed`] without EB and AAA.
    pub fn parse(input: &[u8]) -> Result<Self, EligibilityError> {
        let interchange = Interchange::parse_within(input, Limits::REAL_TIME)?;
        let transaction = single_transaction(&interchange, "271")?;
        let tree = levels(transaction)?;
        for level in ["2000C", "2000D"] {
            let count = parts::levels(&tree.root)
                .into_iter()
                .filter(|of| of.id() == level)
                .count();
            if count > 1 {
                return Err(EligibilityError::NotOnePatient { count });
            }
        }
        let mut reader = ResponseReader::new(&tree.root);
        for source in tree.root.children("2000A") {
            reader.source(source);
            for receiver in source.children("2000B") {
                reader.receiver(receiver);
                for subscriber in receiver.children("2000C") {
                    reader.patient(subscriber, &SUBSCRIBER);
                    for dependent in subscriber.children("2000D") {
                        reader.patient(dependent, &DEPENDENT);
                    }
                }
            }
        }
        reader.unread(&tree.unread);
        let response = reader.into_response();
        if response.benefits.is_empty() && response.rejections.is_empty() {
            return Err(EligibilityError::Malformed);
        }
        Ok(response)
    }

    /// The response, where everything in it was read.
    ///
    /// # Errors
    /// [`EligibilityError::Unread`] with the first part that was not.
    pub fn strict(self) -> Result<Self, EligibilityError> {
        match self.unread.first() {
            None => Ok(self),
            Some(first) => Err(EligibilityError::Unread(*first)),
        }
    }
}

/// The loops of a 271.
pub(super) fn levels<'a>(transaction: &Transaction<'a>) -> Result<Tree<'a>, EligibilityError> {
    tree::read(transaction).map_err(|_| EligibilityError::UnsupportedVersion)
}

/// Collects the response about one patient from the levels that lead to it.
#[derive(Debug, Clone, Default)]
pub(super) struct ResponseReader {
    response: Response,
    /// The numbers of segments without a place in the guide that were read nevertheless.
    read: Vec<u32>,
}

impl ResponseReader {
    pub(super) fn new(root: &Node<'_>) -> Self {
        let response = Response {
            reference: need(root, "BHT").text(3),
            ..Response::default()
        };
        Self {
            response,
            read: Vec::new(),
        }
    }

    /// The payer (loops 2000A and 2100A), with its rejections.
    pub(super) fn source(&mut self, level: &Node<'_>) {
        self.payer(level);
        self.rejections(&in_order(level), Level::SourceSystem);
        for name in level.children("2100A") {
            self.rejections(&in_order(name), Level::Source);
        }
    }

    /// The name of the payer and its contacts, without rejections.
    pub(super) fn payer(&mut self, level: &Node<'_>) {
        for nm1 in level.children("2100A").filter_map(|name| find(name, "NM1")) {
            self.response.payer_name = nm1.text(3);
            self.response.payer_id = nm1.text(9);
        }
        let contacts = level.children("2100A").flat_map(|name| all(name, "PER"));
        self.response.payer_contacts = contacts.map(Contact::read).collect();
    }

    /// The rejections of the provider (loops 2000B and 2100B).
    pub(super) fn receiver(&mut self, level: &Node<'_>) {
        self.rejections(&in_order(level), Level::Receiver);
        for name in level.children("2100B") {
            self.rejections(&in_order(name), Level::Receiver);
        }
    }

    /// A patient (loops 2000C and 2100C, or 2000D and 2100D) with benefits and rejections.
    pub(super) fn patient(&mut self, level: &Node<'_>, loops: &PatientLoops) {
        let segments = PatientSegments::of(level, loops);
        self.read.extend(&segments.unplaced);
        self.traces(level);
        self.person(&segments.person, loops);
        self.rejections(&segments.person, loops.person);
        for benefit in &segments.benefits {
            self.benefit(benefit, loops);
        }
    }

    /// A subscriber above the patient, from at most `max` segments. The traces of a subscriber with
    /// an own response belong to that response.
    pub(super) fn identify(&mut self, level: &Node<'_>, max: usize) {
        if !has_answer(level) {
            self.traces(level);
            self.response.traces.truncate(max);
        }
        let mut segments = PatientSegments::of(level, &SUBSCRIBER).person;
        segments.truncate(max);
        self.person(&segments, &SUBSCRIBER);
    }

    /// Adds what could not be read in the segments of this response.
    pub(super) fn unread(&mut self, unread: &[Finding<'static>]) {
        for finding in unread {
            if finding.place.element.is_some() || !self.read.contains(&finding.place.segment) {
                self.response.unread.push(*finding);
            }
        }
    }

    pub(super) fn into_response(self) -> Response {
        self.response
    }

    fn traces(&mut self, level: &Node<'_>) {
        let found: Vec<Trace> = list(level);
        self.response.traces.extend(found);
    }

    fn rejections(&mut self, segments: &[At<'_, '_>], level: Level) {
        let found = segments.iter().filter(|segment| segment.id() == "AAA");
        self.response
            .rejections
            .extend(found.map(|aaa| Rejection::read(*aaa, level)));
    }

    fn person(&mut self, segments: &[At<'_, '_>], loops: &PatientLoops) {
        let response = &mut self.response;
        for &segment in segments {
            match segment.id() {
                "NM1" | "REF" | "N3" | "N4" | "PRV" | "DMG" | "INS" | "HI" | "MPI" => {
                    let person = match loops.patient {
                        PatientLoop::Subscriber => &mut response.subscriber,
                        PatientLoop::Dependent => &mut response.dependent,
                    };
                    person.get_or_insert_default().take(segment);
                }
                "DTP" => {
                    response.dates.extend(DatePeriod::read(segment));
                }
                "TRN" => response.traces.push(Part::read(segment)),
                _ => {}
            }
        }
    }

    fn benefit(&mut self, segments: &[At<'_, '_>], loops: &PatientLoops) {
        let Some((eb, details)) = segments.split_first() else {
            return;
        };
        let mut benefit = Benefit::read(*eb, loops.patient);
        for &segment in details {
            match segment.id() {
                "AAA" => {
                    let rejection = Rejection::read(segment, loops.benefit);
                    benefit.rejections.push(rejection.clone());
                    self.response.rejections.push(rejection);
                }
                "TRN" => self.response.traces.push(Part::read(segment)),
                _ => benefit.detail(segment),
            }
        }
        self.response.benefits.push(benefit);
    }
}

/// Whether a level has a rejection of its own, in itself or in its loop of the name.
pub(super) fn has_rejection(level: &Node<'_>, name: &str) -> bool {
    let rejects =
        |node: &Node<'_>| find(node, "AAA").is_some() || node.unplaced.iter().any(|segment| segment.id() == "AAA");
    rejects(level) || level.children(name).any(rejects)
}

/// Whether a subscriber has a benefit or a rejection of their own.
pub(super) fn has_answer(subscriber: &Node<'_>) -> bool {
    let mut people = subscriber.children("2100C");
    has_rejection(subscriber, "2100C") || people.any(|person| person.child("2110C").is_some())
}

/// The segments of a patient's level in the order of the input.
struct PatientSegments<'n, 'a> {
    /// Those about the person, also those before the name.
    person: Vec<At<'n, 'a>>,
    /// Those of each benefit, the EB first.
    benefits: Vec<Vec<At<'n, 'a>>>,
    /// The numbers of those that the guide has no place for.
    unplaced: Vec<u32>,
}

impl<'n, 'a> PatientSegments<'n, 'a> {
    fn of(level: &'n Node<'a>, loops: &PatientLoops) -> Self {
        let mut person: Vec<_> = level.unplaced.iter().map(At::new).collect();
        let mut benefits = Vec::<Vec<_>>::new();
        for (n, name) in level.children(loops.person.loop_id()).enumerate() {
            match benefits.last_mut() {
                // A further name after an EB is related to the benefit: some payers repeat LS and
                // LE.
                Some(benefit) => benefit.extend(in_order(name)),
                None if n == 0 => person.extend(in_order(name)),
                // It is not known whose benefits follow.
                None => break,
            }
            benefits.extend(name.children(loops.benefit.loop_id()).map(all_in_order));
        }
        let known = |segment: &At<'_, '_>| READ.contains(&segment.id());
        let unplaced = unplaced(level).into_iter().filter(known);
        Self {
            unplaced: unplaced.map(At::number_in_input).collect(),
            person,
            benefits,
        }
    }
}

/// The segments of a patient and of a benefit that are read wherever they stand.
const READ: [&str; 16] = [
    "AAA", "DMG", "DTP", "HI", "HSD", "III", "INS", "MPI", "MSG", "N3", "N4", "NM1", "PER", "PRV", "REF", "TRN",
];

/// The segments without a place in the guide of a level and the loops inside, without further
/// levels.
fn unplaced<'n, 'a>(node: &'n Node<'a>) -> Vec<At<'n, 'a>> {
    let inner = node.loops.iter().filter(|inner| inner.segment("HL").is_none());
    let mut all: Vec<_> = node.unplaced.iter().map(At::new).collect();
    all.extend(inner.flat_map(unplaced));
    all
}

/// The own segments of a loop in the order of the input, with those out of sequence.
fn in_order<'n, 'a>(node: &'n Node<'a>) -> Vec<At<'n, 'a>> {
    let mut all: Vec<_> = node.segments.iter().map(At::placed).collect();
    all.extend(node.unplaced.iter().map(At::new));
    all.sort_by_key(|at| at.number_in_input());
    all
}

/// All segments of a loop and the loops inside it, as [`in_order`]. Payers often send the segments
/// of a benefit in another order than the guide defines.
fn all_in_order<'n, 'a>(node: &'n Node<'a>) -> Vec<At<'n, 'a>> {
    let mut all = in_order(node);
    for inner in &node.loops {
        all.extend(all_in_order(inner));
    }
    all.sort_by_key(|at| at.number_in_input());
    all
}

impl Person {
    fn take(&mut self, segment: At<'_, '_>) {
        match segment.id() {
            "NM1" => {
                self.family = some(segment, 3);
                self.given = some(segment, 4);
                self.middle = some(segment, 5);
                self.suffix = some(segment, 7);
                self.member_id = some(segment, 9);
            }
            "REF" => self.references.push(Part::read(segment)),
            "N3" | "N4" => self.address.get_or_insert_default().take(segment),
            "DMG" => {
                self.birth_date = date(segment.element(2));
                self.gender = segment.code(3, Gender::from_code);
            }
            "INS" => {
                self.relationship = some(segment, 2);
                self.corrected = match (segment.element(3), segment.element(4)) {
                    ("001", "25") => Some(true),
                    ("", "") => Some(false),
                    _ => None,
                };
                self.birth_sequence = some(segment, 17);
            }
            "PRV" => {
                let text = |n| segment.text(n);
                self.provider = Some((text(1), text(2), text(3)));
            }
            "HI" => {
                self.diagnoses.extend(health_codes_of(segment));
            }
            "MPI" => self.military = Some(MilitaryService::read(segment)),
            _ => {}
        }
    }
}

impl MilitaryService {
    fn read(mpi: At<'_, '_>) -> Self {
        let text = |n| mpi.text(n);
        let (format, when) = (mpi.element(6), mpi.element(7));
        Self {
            status: text(1),
            employment: text(2),
            branch: text(3),
            description: text(4),
            rank: text(5),
            when: (!format.is_empty() || !when.is_empty()).then(|| When::read(format, when)),
        }
    }
}
