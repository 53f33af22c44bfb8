//! The elements of a segment against its use in the guide.

use super::{CodeLists, conditions, values};
use crate::fields::Fields;
use crate::finding::{ElementPlace, What};
use crate::guide::{Codes, Content, ElementUse, Packed, SegmentUse, Simple, Usage};
use crate::segment::{Segment, text};

/// The data element whose form the element before it says (1250).
const QUALIFIED_DATE: u16 = 1251;

/// A finding in the making: the element, what is wrong, and the value.
pub(super) type Tell<'t, 'a> = dyn FnMut(ElementPlace, What, &'a str) + 't;

/// Checks each element that stands in `segment`, and that each that must does.
pub(super) fn check<'a>(
    segment: &Segment<'a>,
    fields: &Fields,
    of: &SegmentUse,
    lists: &CodeLists,
    tell: &mut Tell<'_, 'a>,
) {
    let mut checking = Checking {
        segment,
        lists,
        plain: fields.are_plain(),
        tell,
    };
    let mut present = 0_u64;
    // Elements that are no text are left out: they are told as such, and not as missing.
    let broken = segment.not_text_from().map_or(usize::MAX, usize::from);
    for n in 1..=fields.len().max(usize::from(of.last_required)) {
        if n >= broken {
            break;
        }
        let value = fields.bytes(segment, n);
        match of.elements.get(n - 1) {
            None if !value.is_empty() => checking.tell(Spot::element(n), 0, What::TooManyElements, value),
            None => {}
            Some(element) if value.is_empty() => checking.missing(element, Spot::element(n)),
            Some(element) => {
                present |= 1 << n.min(63);
                checking.filled(element, value, n, fields);
            }
        }
    }
    if fields.len() > 0 && fields.bytes(segment, fields.len()).is_empty() {
        checking.tell(Spot::element(fields.len()), 0, What::TrailingSeparator, b"");
    }
    conditions::broken(of.rules, present, |element, what| {
        let of = of.elements.get(usize::from(element) - 1);
        let is_exclusive = matches!(what, What::Exclusive { .. });
        // One that the guide asks for anyhow has been told.
        let is_told = !is_exclusive && of.is_some_and(|of| of.usage == Usage::Required);
        if usize::from(element) < broken && !is_told {
            let number = of.map_or(0, number);
            checking.tell(Spot::element(usize::from(element)), number, what, b"");
        }
    });
}

/// Where a value stands in its segment.
#[derive(Clone, Copy)]
struct Spot {
    element: u8,
    component: u8,
    repetition: u16,
}

impl Spot {
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

/// What is needed for each element of a segment.
struct Checking<'c, 't, 'a> {
    segment: &'c Segment<'a>,
    lists: &'c CodeLists,
    /// Its characters have been looked at: all are data.
    plain: bool,
    tell: &'c mut Tell<'t, 'a>,
}

impl<'a> Checking<'_, '_, 'a> {
    #[cold]
    fn tell(&mut self, place: Spot, number: u16, what: What, value: &'a [u8]) {
        let place = ElementPlace {
            element: place.element,
            component: place.component,
            repetition: place.repetition,
            number,
        };
        (self.tell)(place, what, text(value));
    }

    fn missing(&mut self, of: &ElementUse, place: Spot) {
        if of.usage == Usage::Required {
            self.tell(place, number(of), What::MissingElement, b"");
        }
    }

    #[inline]
    fn filled(&mut self, of: &ElementUse, value: &'a [u8], n: usize, fields: &Fields) {
        let place = Spot::element(n);
        if of.usage == Usage::NotUsed {
            self.tell(place, number(of), What::NotUsedElement, value);
            return;
        }
        if of.repeat <= 1 {
            match &of.content {
                Content::Simple(simple) => {
                    let before = || fields.bytes(self.segment, n - 1);
                    self.simple(value, || fields.packed(self.segment, n), before, simple, place);
                }
                Content::Composite(components) => self.composite(components, value, place),
            }
            return;
        }
        self.repeated(of, value, fields.bytes(self.segment, n - 1), place);
    }

    fn repeated(&mut self, of: &ElementUse, value: &'a [u8], before: &'a [u8], mut place: Spot) {
        let separator = self.segment.delimiters().repetition_byte();
        let repetitions = value.split(|byte| Some(*byte) == separator);
        for (n, part) in (1..=u16::MAX).zip(repetitions) {
            place.repetition = n;
            if n > of.repeat {
                self.tell(place, number(of), What::TooManyRepetitions { max: of.repeat }, part);
                return;
            }
            match &of.content {
                _ if part.is_empty() => {}
                Content::Simple(simple) => self.simple(part, || Packed::of(part), || before, simple, place),
                Content::Composite(components) => self.composite(components, part, place),
            }
        }
    }

    fn composite(&mut self, components: &[ElementUse], value: &'a [u8], mut place: Spot) {
        let mut before: &[u8] = b"";
        let mut came = 0;
        let separator = self.segment.delimiters().component_byte();
        for (n, part) in (1..=u8::MAX).zip(value.split(|byte| *byte == separator)) {
            place.component = n;
            came = usize::from(n);
            match components.get(came - 1) {
                None => {
                    let max = u16::try_from(components.len()).unwrap_or(u16::MAX);
                    self.tell(place, 0, What::TooManyComponents { max }, part);
                    return;
                }
                Some(of) if part.is_empty() => self.missing(of, place),
                Some(of) if of.usage == Usage::NotUsed => self.tell(place, number(of), What::NotUsedElement, part),
                Some(of) => {
                    if let Content::Simple(simple) = &of.content {
                        self.simple(part, || Packed::of(part), || before, simple, place);
                    }
                }
            }
            before = part;
        }
        for (at, of) in components.iter().enumerate().skip(came) {
            place.component = u8::try_from(at + 1).unwrap_or(u8::MAX);
            self.missing(of, place);
        }
    }

    /// A value, how it is looked for among codes, and the value before it: what is not asked for is not made.
    #[inline]
    fn simple<'b>(
        &mut self,
        value: &'a [u8],
        packed: impl Fn() -> Packed<'a>,
        before: impl Fn() -> &'b [u8],
        of: &Simple,
        place: Spot,
    ) {
        let what = match &of.codes {
            // A code that is one of those allowed has its form.
            Codes::OneOf(codes) if codes.has(packed()) => None,
            Codes::OneOf(_) => Some(What::BadCode),
            Codes::Any => values::form(value, of, self.plain),
            Codes::List(list) => values::form(value, of, self.plain).or_else(|| {
                let known = self.lists.has(*list, packed(), value)?;
                (!known).then_some(What::NotInList(*list))
            }),
        };
        let what = what.or_else(|| {
            (of.number == QUALIFIED_DATE)
                .then(|| values::qualified_date(before(), value))
                .flatten()
        });
        if let Some(what) = what {
            self.tell(place, of.number, what, value);
        }
    }
}
