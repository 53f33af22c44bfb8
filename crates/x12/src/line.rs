//! One segment under construction, checked element by element when it is rendered.

use crate::characters;
use crate::delimiters::Delimiters;
use crate::error::WriteError;
use crate::segment::Segment;
use std::borrow::Cow;

/// Segments of free text, in which a separator is a character.
const TEXT: [&str; 3] = ["MSG", "NTE", "K3"];

/// One segment under construction: its elements in order.
///
/// A segment that was read becomes a line, is changed, and is written with the delimiters of the
/// new interchange:
///
/// ```
/// # use mc_x12::{Limits, Line, SegmentReader};
/// # let isa = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *160405*1354*^*00501*000184077*1*P*:~";
/// # let text = format!("{isa}CLM*1805*50***11:B:1*Y~");
/// # let clm = SegmentReader::new(text.as_bytes(), Limits::FILE)?.nth(1).unwrap()?;
/// let replacement = Line::from(&clm).with_component(5, 3, "7").with(2, "60");
/// # assert_eq!(format!("{replacement:?}"), "Line(CLM)");
/// # Ok::<(), mc_x12::ReadError>(())
/// ```
#[derive(Clone)]
pub struct Line {
    /// Owned where the id is not one of X12.
    id: Cow<'static, str>,
    elements: Vec<Element>,
}

impl std::fmt::Debug for Line {
    /// The id only: the elements may be PHI.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Line({})", self.name())
    }
}

#[derive(Clone, Default)]
struct Element {
    /// Components by repetition.
    parts: Vec<Vec<String>>,
    max: usize,
    required: bool,
}

impl Element {
    fn unlimited() -> Self {
        Self {
            max: usize::MAX,
            ..Self::default()
        }
    }
}

impl From<&Segment<'_>> for Line {
    /// All elements with their repetitions and components, of any length; those of MSG, NTE and K3
    /// are text without either. Values that are not UTF-8 are decoded as in [`Segment::decoded`].
    /// Binary data cannot be written: such a line is refused with [`WriteError::Character`].
    fn from(segment: &Segment<'_>) -> Self {
        let (delimiters, count) = (
            segment.delimiters(),
            segment.text().split(segment.delimiters().element()).count(),
        );
        let components = |part: &str| part.split(delimiters.component()).map(str::to_owned).collect();
        let elements = (1..count).map(|n| {
            let is_binary = segment.binary().is_some() && n + 1 == count;
            let text = if is_binary {
                Cow::Borrowed("\0")
            } else {
                segment.decoded(n)
            };
            let parts = match delimiters.repetition() {
                _ if TEXT.contains(&segment.id()) => vec![vec![text.into_owned()]],
                Some(repetition) => text.split(repetition).map(components).collect(),
                None => vec![components(&text)],
            };
            Element {
                parts,
                ..Element::unlimited()
            }
        });
        Self {
            id: match segment.code().known() {
                Some(id) => Cow::Borrowed(id),
                None => Cow::Owned(segment.id().to_owned()),
            },
            elements: elements.collect(),
        }
    }
}

impl Line {
    /// A segment with this id.
    pub fn new(id: &'static str) -> Self {
        Self {
            id: Cow::Borrowed(id),
            elements: Vec::new(),
        }
    }

    /// The segment's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The id for errors, `?` where it is not one of X12: it may then be any text of the input.
    pub(crate) fn name(&self) -> &'static str {
        match self.id {
            Cow::Borrowed(id) => id,
            Cow::Owned(_) => "?",
        }
    }

    /// Sets element `n`, counted from 1, to one value without repetitions and components. Elements
    /// that are not there yet are added empty.
    pub fn with(mut self, n: usize, value: &str) -> Self {
        self.element(n).parts = vec![vec![value.to_owned()]];
        self
    }

    /// Sets component `c` of element `n`, both counted from 1, in its first repetition. The other
    /// components stay.
    pub fn with_component(mut self, n: usize, c: usize, value: &str) -> Self {
        let parts = &mut self.element(n).parts;
        if parts.is_empty() {
            parts.push(Vec::new());
        }
        let components = &mut parts[0];
        components.resize(components.len().max(c.max(1)), String::new());
        value.clone_into(&mut components[c.max(1) - 1]);
        self
    }

    /// Element `n`, of any length when it is new.
    fn element(&mut self, n: usize) -> &mut Element {
        let index = n.max(1) - 1;
        if self.elements.len() <= index {
            self.elements.resize_with(index + 1, Element::unlimited);
        }
        &mut self.elements[index]
    }

    /// An element that may be empty, at most `max` characters long.
    pub fn data(self, value: &str, max: usize) -> Self {
        self.put(vec![vec![value.to_owned()]], max, false)
    }

    /// An element that may not be empty.
    pub fn required(self, value: &str, max: usize) -> Self {
        self.put(vec![vec![value.to_owned()]], max, true)
    }

    /// A short code.
    pub fn code(self, value: &str) -> Self {
        self.data(value, 12)
    }

    /// `Y` or `N`; empty where it is unknown.
    pub fn yes_no(self, yes: impl Into<Option<bool>>) -> Self {
        self.code(yes.into().map_or("", |yes| if yes { "Y" } else { "N" }))
    }

    /// Leaves `n` elements empty.
    pub fn skip(mut self, n: usize) -> Self {
        for _ in 0..n {
            self = self.data("", 0);
        }
        self
    }

    /// A repeating element.
    pub fn repeated(self, values: &[String], max: usize) -> Self {
        self.put(values.iter().map(|value| vec![value.clone()]).collect(), max, false)
    }

    /// A composite element.
    pub fn composite(self, values: Vec<String>, max: usize) -> Self {
        self.put(vec![values], max, false)
    }

    /// A repeating composite element.
    pub fn repeated_composite(self, values: Vec<Vec<String>>, max: usize) -> Self {
        self.put(values, max, false)
    }

    fn put(mut self, parts: Vec<Vec<String>>, max: usize, required: bool) -> Self {
        self.elements.push(Element { parts, max, required });
        self
    }

    /// Whether the data contains a character.
    pub(crate) fn has(&self, c: char) -> bool {
        let parts = self.elements.iter().flat_map(|element| element.parts.iter().flatten());
        parts.into_iter().any(|part| part.contains(c))
    }

    pub(crate) fn render(&self, delimiters: Delimiters) -> Result<String, WriteError> {
        let mut texts = vec![self.id().to_owned()];
        for (index, element) in self.elements.iter().enumerate() {
            texts.push(self.render_element(delimiters, index + 1, element)?);
        }
        // Blanks before a terminator are no data (X12.6).
        while texts.len() > 1 && texts.last().is_some_and(|text| text.trim_end_matches(' ').is_empty()) {
            texts.pop();
        }
        if let Some(last) = texts.last_mut() {
            last.truncate(last.trim_end_matches(' ').len());
        }
        Ok(texts.join(&delimiters.element().to_string()))
    }

    fn render_element(&self, delimiters: Delimiters, n: usize, element: &Element) -> Result<String, WriteError> {
        let (segment, max) = (self.name(), element.max);
        for part in element.parts.iter().flatten() {
            if part.chars().any(|c| delimiters.contains(c)) {
                return Err(WriteError::Delimiter { segment, element: n });
            }
            if !part.chars().all(characters::is_written) {
                return Err(WriteError::Character { segment, element: n });
            }
            if part.len() > max && part.chars().count() > max {
                return Err(WriteError::TooLong {
                    segment,
                    element: n,
                    max,
                });
            }
        }
        let component = delimiters.component().to_string();
        let repetition = delimiters.repetition().map(String::from).unwrap_or_default();
        let repetitions: Vec<String> = element.parts.iter().map(|parts| parts.join(&component)).collect();
        let text = repetitions.join(&repetition);
        if element.required && text.trim().is_empty() {
            return Err(WriteError::Missing { segment, element: n });
        }
        Ok(text)
    }
}
