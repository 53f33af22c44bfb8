//! One segment in the making, checked element by element when it is rendered.

use crate::delimiters::Delimiters;
use crate::error::WriteError;

/// One segment in the making: elements in order.
#[derive(Debug, Clone)]
pub struct Line {
    id: &'static str,
    elements: Vec<Element>,
}

#[derive(Debug, Clone)]
struct Element {
    parts: Vec<String>,
    joint: Joint,
    max: usize,
    required: bool,
}

#[derive(Debug, Clone, Copy)]
enum Joint {
    Repetition,
    Component,
}

impl Line {
    /// A segment with this id.
    pub fn new(id: &'static str) -> Self {
        Self {
            id,
            elements: Vec::new(),
        }
    }

    /// An element that may be empty, at most `max` characters long.
    pub fn data(self, value: &str, max: usize) -> Self {
        self.put(vec![value.to_owned()], Joint::Component, max, false)
    }

    /// An element that may not be empty.
    pub fn required(self, value: &str, max: usize) -> Self {
        self.put(vec![value.to_owned()], Joint::Component, max, true)
    }

    /// A short code.
    pub fn code(self, value: &str) -> Self {
        self.data(value, 12)
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
        self.put(values.to_vec(), Joint::Repetition, max, false)
    }

    /// A composite element.
    pub fn composite(self, values: Vec<String>, max: usize) -> Self {
        self.put(values, Joint::Component, max, false)
    }

    fn put(mut self, parts: Vec<String>, joint: Joint, max: usize, required: bool) -> Self {
        self.elements.push(Element {
            parts,
            joint,
            max,
            required,
        });
        self
    }

    pub(crate) fn render(&self, delimiters: Delimiters) -> Result<String, WriteError> {
        let mut texts = vec![self.id.to_owned()];
        for (index, element) in self.elements.iter().enumerate() {
            texts.push(self.render_element(delimiters, index + 1, element)?);
        }
        while texts.len() > 1 && texts.last().is_some_and(String::is_empty) {
            texts.pop();
        }
        Ok(texts.join(&delimiters.element().to_string()))
    }

    fn render_element(&self, delimiters: Delimiters, n: usize, element: &Element) -> Result<String, WriteError> {
        let (segment, max) = (self.id, element.max);
        for part in &element.parts {
            if part.chars().any(|c| delimiters.contains(c)) {
                return Err(WriteError::Delimiter { segment, element: n });
            }
            if !part.chars().all(|c| c == ' ' || c.is_ascii_graphic()) {
                return Err(WriteError::Character { segment, element: n });
            }
            if part.len() > max {
                return Err(WriteError::TooLong {
                    segment,
                    element: n,
                    max,
                });
            }
        }
        let joint = match element.joint {
            Joint::Component => Some(delimiters.component()),
            Joint::Repetition => delimiters.repetition(),
        };
        let text = element.parts.join(&joint.map(String::from).unwrap_or_default());
        if element.required && text.trim().is_empty() {
            return Err(WriteError::Missing { segment, element: n });
        }
        Ok(text)
    }
}
