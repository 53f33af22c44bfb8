//! One segment under construction, checked element by element when it is rendered.

use crate::characters;
use crate::delimiters::Delimiters;
use crate::error::WriteError;

/// One segment under construction: its elements in order.
#[derive(Debug, Clone)]
pub struct Line {
    id: &'static str,
    elements: Vec<Element>,
}

#[derive(Debug, Clone)]
struct Element {
    /// Components by repetition.
    parts: Vec<Vec<String>>,
    max: usize,
    required: bool,
}

impl Line {
    /// A segment with this id.
    pub fn new(id: &'static str) -> Self {
        Self {
            id,
            elements: Vec::new(),
        }
    }

    /// The segment's id.
    pub fn id(&self) -> &'static str {
        self.id
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
        let mut texts = vec![self.id.to_owned()];
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
        let (segment, max) = (self.id, element.max);
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
