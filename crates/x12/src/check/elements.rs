//! The elements of a segment against its use in the guide.

use super::{CodeLists, conditions, values};
use crate::fields::Fields;
use crate::finding::{ElementPlace, What};
use crate::guide::{Codes, Content, ElementUse, SegmentUse, Simple, Usage};
use crate::segment::Segment;

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
    let mut present = 0_u64;
    // Elements that are no text are left out: they are told as such, and not as missing.
    let broken = segment.not_text_from().map_or(usize::MAX, usize::from);
    for n in 1..=of.elements.len().max(fields.len()) {
        if n >= broken {
            break;
        }
        let value = fields.get(segment, n);
        let place = Spot::element(n);
        match of.elements.get(n - 1) {
            None if !value.is_empty() => tell(place.of(0), What::TooManyElements, value),
            None => {}
            Some(element) if value.is_empty() => missing(element, place, tell),
            Some(element) => {
                present |= 1 << n.min(63);
                let before = fields.get(segment, n - 1);
                filled(segment, element, value, before, place, lists, tell);
            }
        }
    }
    if fields.len() > 0 && fields.get(segment, fields.len()).is_empty() {
        tell(Spot::element(fields.len()).of(0), What::TrailingSeparator, "");
    }
    conditions::broken(of.rules, present, |element, what| {
        let of = of.elements.get(usize::from(element) - 1);
        let is_exclusive = matches!(what, What::Exclusive { .. });
        // One that the guide asks for anyhow has been told.
        let is_told = !is_exclusive && of.is_some_and(|of| of.usage == Usage::Required);
        if usize::from(element) < broken && !is_told {
            let number = of.map_or(0, number);
            tell(Spot::element(usize::from(element)).of(number), what, "");
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

    fn of(self, number: u16) -> ElementPlace {
        ElementPlace {
            element: self.element,
            component: self.component,
            repetition: self.repetition,
            number,
        }
    }
}

fn number(of: &ElementUse) -> u16 {
    match &of.content {
        Content::Simple(simple) => simple.number,
        Content::Composite(_) => 0,
    }
}

fn missing(of: &ElementUse, place: Spot, tell: &mut Tell<'_, '_>) {
    if of.usage == Usage::Required {
        tell(place.of(number(of)), What::MissingElement, "");
    }
}

fn filled<'a>(
    segment: &Segment<'a>,
    of: &ElementUse,
    value: &'a str,
    before: &'a str,
    mut place: Spot,
    lists: &CodeLists,
    tell: &mut Tell<'_, 'a>,
) {
    if of.usage == Usage::NotUsed {
        tell(place.of(number(of)), What::NotUsedElement, value);
        return;
    }
    if of.repeat <= 1 {
        one(segment, of, value, before, place, lists, tell);
        return;
    }
    let separator = segment.delimiters().repetition();
    for (n, part) in (1..).zip(value.split(move |c| Some(c) == separator)) {
        place.repetition = n;
        if n > of.repeat {
            tell(place.of(number(of)), What::TooManyRepetitions { max: of.repeat }, part);
            return;
        }
        if !part.is_empty() {
            one(segment, of, part, before, place, lists, tell);
        }
    }
}

fn one<'a>(
    segment: &Segment<'a>,
    of: &ElementUse,
    value: &'a str,
    before: &'a str,
    place: Spot,
    lists: &CodeLists,
    tell: &mut Tell<'_, 'a>,
) {
    match &of.content {
        Content::Simple(simple) => simple_value(value, before, simple, place, lists, tell),
        Content::Composite(components) => composite(segment, components, value, place, lists, tell),
    }
}

fn composite<'a>(
    segment: &Segment<'a>,
    components: &[ElementUse],
    value: &'a str,
    mut place: Spot,
    lists: &CodeLists,
    tell: &mut Tell<'_, 'a>,
) {
    let mut before = "";
    let mut came = 0;
    for (n, part) in (1_u8..).zip(value.split(segment.delimiters().component())) {
        place.component = n;
        came = usize::from(n);
        match components.get(came - 1) {
            None => {
                let max = u16::try_from(components.len()).unwrap_or(u16::MAX);
                tell(place.of(0), What::TooManyComponents { max }, part);
                return;
            }
            Some(of) if part.is_empty() => missing(of, place, tell),
            Some(of) if of.usage == Usage::NotUsed => tell(place.of(number(of)), What::NotUsedElement, part),
            Some(of) => {
                if let Content::Simple(simple) = &of.content {
                    simple_value(part, before, simple, place, lists, tell);
                }
            }
        }
        before = part;
        if n == u8::MAX {
            return;
        }
    }
    for (at, of) in components.iter().enumerate().skip(came) {
        place.component = u8::try_from(at + 1).unwrap_or(u8::MAX);
        missing(of, place, tell);
    }
}

fn simple_value<'a>(
    value: &'a str,
    before: &str,
    of: &Simple,
    place: Spot,
    lists: &CodeLists,
    tell: &mut Tell<'_, 'a>,
) {
    let what = match &of.codes {
        // A code that is one of those allowed has its form.
        Codes::OneOf(codes) if codes.binary_search(&value).is_ok() => None,
        Codes::OneOf(_) => Some(What::BadCode),
        Codes::Any => values::form(value, of),
        Codes::List(list) => values::form(value, of).or_else(|| {
            let known = lists.knows(*list, value)?;
            (!known).then_some(What::NotInList(*list))
        }),
    };
    let what = what.or_else(|| {
        (of.number == QUALIFIED_DATE)
            .then(|| values::qualified_date(before, value))
            .flatten()
    });
    if let Some(what) = what {
        tell(place.of(of.number), what, value);
    }
}
