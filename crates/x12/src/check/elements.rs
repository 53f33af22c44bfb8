//! Checks the elements of a segment against its use in the guide.

use super::{CodeLists, conditions, values};
use crate::fields::{Field, Fields};
use crate::finding::{ElementPlace, FindingKind};
use crate::guide::model::QUALIFIED_DATE;
use crate::guide::{Codes, Content, ElementUse, Kind, SegmentUse, Simple, Usage};
use crate::segment::{Segment, text};

/// Receives a finding: the element, the kind and the value.
pub(crate) type OnFinding<'t, 'a> = dyn FnMut(ElementPlace, FindingKind, &'a str) + 't;

/// Checks each element of `segment`, and that required ones are present.
pub(crate) fn check<'a>(
    segment: &Segment<'a>,
    fields: &Fields,
    of: &SegmentUse,
    lists: &CodeLists,
    on_finding: &mut OnFinding<'_, 'a>,
) {
    let known = Known::of(segment, fields);
    let mut checker = ElementChecker {
        segment,
        fields,
        lists,
        plain: known.plain,
        divided: fields.are_divided(),
        repeated: fields.are_repeated(),
        on_finding,
    };
    let mut present = 0_u64;
    for (at, value) in fields.each(segment).enumerate() {
        let of = of.elements.get(at);
        if value.is_empty() {
            checker.empty(of, at + 1);
            continue;
        }
        present |= 2 << (at & 63);
        if !of.is_some_and(|of| is_evidently_valid(of, value, known)) {
            checker.check_element(of, value, at + 1);
        }
    }
    for n in fields.len() + 1..=usize::from(of.last_required) {
        checker.empty(of.elements.get(n - 1), n);
    }
    let last = fields.len();
    let is_required = |of: &ElementUse| of.usage == Usage::Required;
    // A required element that is empty has been reported as such.
    if segment.bytes().last() == Some(&segment.delimiters().element_byte())
        && !of.elements.get(last.saturating_sub(1)).is_some_and(is_required)
    {
        let number = of.elements.get(last.saturating_sub(1)).map_or(0, number);
        checker.report(
            ElementPosition::element(last),
            number,
            FindingKind::TrailingSeparator,
            Field::default(),
        );
    }
    if of.rules.is_empty() {
        return;
    }
    conditions::broken(of.rules, present, |element, kind| {
        let of = of.elements.get(usize::from(element) - 1);
        let is_exclusive = matches!(kind, FindingKind::Exclusive { .. });
        // A required element has been reported already.
        let is_reported = !is_exclusive && of.is_some_and(|of| of.usage == Usage::Required);
        let element = usize::from(element);
        if !is_reported {
            checker.report(
                ElementPosition::element(element),
                of.map_or(0, number),
                kind,
                Field::default(),
            );
        }
    });
}

/// What is known about the characters of a value.
#[derive(Clone, Copy)]
struct Known {
    /// They are printable ASCII characters.
    plain: bool,
    /// And none is one of the separators.
    whole: bool,
    separators: [u8; 2],
}

impl Known {
    #[inline]
    fn of(segment: &Segment<'_>, fields: &Fields) -> Self {
        let (delimiters, plain) = (segment.delimiters(), fields.are_plain());
        let component = delimiters.component_byte();
        Self {
            plain,
            whole: plain && !fields.are_divided() && !fields.are_repeated(),
            separators: [component, delimiters.repetition_byte().unwrap_or(component)],
        }
    }
}

/// Fast path: whether a value is evidently correct, as most are. Other values are checked in full.
#[expect(
    clippy::inline_always,
    reason = "the path of nearly every value: 6 % fewer instructions of a check"
)]
#[inline(always)]
fn is_evidently_valid(of: &ElementUse, value: Field<'_>, known: Known) -> bool {
    let Known {
        plain,
        whole,
        separators,
    } = known;
    let Content::Simple(simple) = &of.content else {
        return false;
    };
    of.is_direct
        && match &simple.codes {
            Codes::Any if matches!(simple.kind, Kind::Text | Kind::Code) => {
                (whole || plain && !value.bytes().iter().any(|byte| separators.contains(byte)))
                    && (simple.min..=simple.max).contains(&value.length())
            }
            Codes::Any => values::form(value.bytes(), simple, plain).is_none(),
            Codes::OneOf(codes) => codes.has(value.packed()),
            Codes::List(_) => false,
        }
}

/// The place of a value in its segment.
#[derive(Clone, Copy)]
struct ElementPosition {
    element: u8,
    component: u8,
    repetition: u16,
}

impl ElementPosition {
    fn element(n: usize) -> Self {
        Self {
            element: u8::try_from(n).unwrap_or(u8::MAX),
            component: 0,
            repetition: 1,
        }
    }
}

fn number(of: &ElementUse) -> u16 {
    match &of.content {
        Content::Simple(simple) => simple.number,
        Content::Composite(_) => 0,
    }
}

/// The state of the check of one segment.
struct ElementChecker<'c, 't, 'a> {
    segment: &'c Segment<'a>,
    fields: &'c Fields,
    lists: &'c CodeLists,
    /// All characters of the segment are known to be allowed.
    plain: bool,
    /// Some may be the component separator, or the repetition separator.
    divided: bool,
    repeated: bool,
    on_finding: &'c mut OnFinding<'t, 'a>,
}

impl<'a> ElementChecker<'_, '_, 'a> {
    #[cold]
    fn report(&mut self, place: ElementPosition, number: u16, kind: FindingKind, value: Field<'a>) {
        let place = ElementPlace {
            element: place.element,
            component: place.component,
            repetition: place.repetition,
            number,
        };
        (self.on_finding)(place, kind, text(value.bytes()));
    }

    fn missing(&mut self, of: &ElementUse, place: ElementPosition) {
        if of.usage == Usage::Required {
            self.report(place, number(of), FindingKind::MissingElement, Field::default());
        }
    }

    #[inline]
    fn empty(&mut self, of: Option<&ElementUse>, n: usize) {
        if let Some(of) = of {
            self.missing(of, ElementPosition::element(n));
        }
    }

    /// Checks element `n`, which is present, in full.
    #[inline(never)]
    fn check_element(&mut self, of: Option<&ElementUse>, value: Field<'a>, n: usize) {
        let place = ElementPosition::element(n);
        let before = self.fields.field(self.segment, n - 1);
        match of {
            None => self.report(place, 0, FindingKind::TooManyElements, value),
            Some(of) if of.usage == Usage::NotUsed => {
                self.report(place, number(of), FindingKind::NotUsedElement, value);
            }
            Some(of) if of.repeat > 1 => self.repeated(of, value, before, place),
            Some(of) => self.content(&of.content, value, before, place),
        }
    }

    fn content(&mut self, of: &Content, value: Field<'a>, before: Field<'a>, place: ElementPosition) {
        match of {
            Content::Simple(simple) => self.simple(value, before, simple, place),
            Content::Composite(components) => self.composite(components, value, place),
        }
    }

    fn repeated(&mut self, of: &ElementUse, value: Field<'a>, before: Field<'a>, mut place: ElementPosition) {
        let Some(separator) = self.segment.delimiters().repetition_byte() else {
            return self.content(&of.content, value, before, place);
        };
        for (n, part) in (1..=u16::MAX).zip(value.split(separator)) {
            place.repetition = n;
            if n > of.repeat {
                self.report(
                    place,
                    number(of),
                    FindingKind::TooManyRepetitions { max: of.repeat },
                    part,
                );
                return;
            }
            if !part.is_empty() {
                self.content(&of.content, part, before, place);
            }
        }
    }

    fn composite(&mut self, components: &[ElementUse], value: Field<'a>, mut place: ElementPosition) {
        let mut before = Field::default();
        let mut present = 0;
        let separator = self.segment.delimiters().component_byte();
        let known = Known {
            plain: self.plain,
            whole: self.plain && !self.repeated,
            separators: [self.segment.delimiters().repetition_byte().unwrap_or(separator); 2],
        };
        for (n, part) in (1..=u8::MAX).zip(value.split(separator)) {
            place.component = n;
            present = usize::from(n);
            match components.get(present - 1) {
                None => {
                    let max = u16::try_from(components.len()).unwrap_or(u16::MAX);
                    self.report(place, 0, FindingKind::TooManyComponents { max }, part);
                    return;
                }
                Some(of) if part.is_empty() => self.missing(of, place),
                Some(of) if is_evidently_valid(of, part, known) => {}
                Some(of) if of.usage == Usage::NotUsed => {
                    self.report(place, number(of), FindingKind::NotUsedElement, part);
                }
                Some(of) => {
                    if let Content::Simple(simple) = &of.content {
                        self.simple(part, before, simple, place);
                    }
                }
            }
            before = part;
        }
        for (at, of) in components.iter().enumerate().skip(present) {
            place.component = u8::try_from(at + 1).unwrap_or(u8::MAX);
            self.missing(of, place);
        }
    }

    /// The finding for a code that holds no characters of X12.
    #[cold]
    fn unreadable(&self, value: Field<'a>) -> Option<FindingKind> {
        let kind = values::characters(value.bytes()).filter(|_| !self.plain);
        kind.filter(|kind| *kind != FindingKind::NationalCharacter)
    }

    fn simple(&mut self, value: Field<'a>, before: Field<'a>, of: &Simple, place: ElementPosition) {
        let kind = match &of.codes {
            // An allowed code has a valid format.
            Codes::OneOf(codes) if codes.has(value.packed()) => None,
            Codes::OneOf(_) => Some(self.unreadable(value).unwrap_or(FindingKind::BadCode)),
            Codes::Any => values::form(value.bytes(), of, self.plain),
            Codes::List(list) => {
                let form = values::form(value.bytes(), of, self.plain);
                let form = form.filter(|kind| *kind != FindingKind::NationalCharacter);
                form.or_else(|| {
                    let known = self.lists.has(*list, value.packed(), value.bytes())?;
                    (!known).then_some(FindingKind::NotInList(*list))
                })
            }
        };
        let kind = kind.or_else(|| {
            (of.number == QUALIFIED_DATE)
                .then(|| values::qualified_date(before.bytes(), value.bytes()))
                .flatten()
        });
        let is_suspect = self.repeated || self.divided && place.component == 0;
        let kind = kind.or_else(|| is_suspect.then(|| separator(self.segment, value, of))?);
        if let Some(kind) = kind {
            self.report(place, of.number, kind, value);
        }
    }
}

/// The finding for a value that holds a separator, which is no data.
#[cold]
fn separator(segment: &Segment<'_>, value: Field<'_>, of: &Simple) -> Option<FindingKind> {
    if !matches!(of.kind, Kind::Text | Kind::Code) {
        return None;
    }
    let delimiters = segment.delimiters();
    let holds = |separator: u8| value.bytes().contains(&separator);
    let repetition = delimiters
        .repetition_byte()
        .filter(|_| !delimiters.is_repetition_assumed());
    if holds(delimiters.component_byte()) {
        Some(FindingKind::ComponentSeparatorInText)
    } else if repetition.is_some_and(holds) {
        Some(FindingKind::RepetitionSeparatorInText)
    } else {
        None
    }
}
