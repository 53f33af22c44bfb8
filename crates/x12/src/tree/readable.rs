//! The fast path of a tolerant reading: nearly every segment is readable, and evidently so.

use crate::check::{form, qualified_date};
use crate::fields::{Field, Fields};
use crate::guide::{Content, ElementUse, Simple, Usage};
use crate::segment::Segment;
use crate::walk::Placed;

/// Whether nothing in a segment is unreadable. `false` also where that takes a full check.
pub(super) fn is_evidently_readable(placed: &Placed, segment: &Segment<'_>, fields: &Fields) -> bool {
    let (of, mut marks) = (placed.of, placed.of.marks);
    let present = fields.present();
    // The use of the segment is a guess where its qualifier is unknown.
    if placed.by_id_only
        || !fields.are_plain()
        || segment.binary().is_some()
        || marks.required & !present != 0
        || fields.len() > of.elements.len()
    {
        return false;
    }
    // A qualifier with a separator inside fits by its first component.
    if let Some(key) = of.key.filter(|_| placed.opened && fields.are_divided()) {
        marks.formatted |= 1 << key.element;
    }
    let mut left = marks.formatted & present;
    while left != 0 {
        let n = left.trailing_zeros() as usize;
        left &= left - 1;
        let value = |n: usize| fields.field(segment, n);
        let Some(element) = of.elements.get(n - 1).filter(|element| element.repeat <= 1) else {
            return false;
        };
        let is_readable = match &element.content {
            Content::Simple(simple) => is_formed(simple, value(n), value(n - 1)),
            Content::Composite(components) => {
                are_formed(components, value(n).split(segment.delimiters().component_byte()))
            }
        };
        if !is_readable {
            return false;
        }
    }
    true
}

fn are_formed<'a>(components: &[ElementUse], values: impl Iterator<Item = Field<'a>>) -> bool {
    let (mut before, mut rest) = (Field::default(), components);
    for value in values {
        let Some((component, others)) = rest.split_first() else {
            return false;
        };
        let is_readable = match &component.content {
            _ if value.is_empty() => component.usage != Usage::Required,
            Content::Simple(simple) => !simple.is_formatted() || is_formed(simple, value, before),
            Content::Composite(_) => false,
        };
        if !is_readable {
            return false;
        }
        (before, rest) = (value, others);
    }
    rest.iter().all(|component| component.usage != Usage::Required)
}

/// Whether a value of printable ASCII characters has its form, or is one of its codes; `before` is
/// the value before it, which may name the form.
fn is_formed(of: &Simple, value: Field<'_>, before: Field<'_>) -> bool {
    let is_right = if of.is_coded() {
        of.has_code(value.packed())
    } else {
        form(value.bytes(), of, true).is_none()
    };
    is_right && (!of.is_qualified_date() || qualified_date(before.bytes(), value.bytes()).is_none())
}
