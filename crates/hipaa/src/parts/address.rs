//! Addresses: N3 and N4.

use super::{At, Identifier, all, find, redact_debug};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};
use serde::Serialize;

/// A postal address (N3, N4).
#[derive(Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct Address {
    /// N301.
    pub street: String,
    /// N302.
    pub street_2: String,
    /// The lines of a second N3, which the provider of an 834 may have.
    pub further_lines: Vec<String>,
    pub city: String,
    pub state: String,
    /// N403: five or nine digits without a hyphen in the United States.
    pub postal_code: String,
    /// N404: empty for the United States.
    pub country: String,
    /// N405, N406: a county, for example.
    pub location: Option<Identifier>,
    /// N407.
    pub subdivision: String,
}

redact_debug!(Address);

impl Address {
    /// An address in the United States.
    pub fn new(
        street: impl Into<String>,
        city: impl Into<String>,
        state: impl Into<String>,
        postal_code: impl Into<String>,
    ) -> Self {
        Self {
            street: street.into(),
            city: city.into(),
            state: state.into(),
            postal_code: postal_code.into(),
            ..Self::default()
        }
    }

    /// `None` where the loop has neither N3 nor N4.
    pub(crate) fn read(node: &Node<'_>) -> Option<Self> {
        let mut segments = all(node, "N3").chain(find(node, "N4")).peekable();
        segments.peek()?;
        let mut address = Self::default();
        segments.for_each(|at| address.take(at));
        Some(address)
    }

    /// Takes the elements of an N3 or N4.
    pub(crate) fn take(&mut self, at: At<'_, '_>) {
        let text = |n: usize| at.text(n);
        if at.id() == "N3" {
            if self.street.is_empty() && self.street_2.is_empty() {
                (self.street, self.street_2) = (text(1), text(2));
            } else {
                self.further_lines
                    .extend([text(1), text(2)].into_iter().filter(|line| !line.is_empty()));
            }
            return;
        }
        let location = Identifier::new(text(5), text(6));
        self.city = text(1);
        self.state = text(2);
        self.postal_code = text(3);
        self.country = text(4);
        self.location = (location != Identifier::new("", "")).then_some(location);
        self.subdivision = text(7);
    }

    /// N3 and N4; N3 only where there is a street.
    pub(crate) fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        if !self.street.is_empty() || !self.street_2.is_empty() {
            out.push(Line::new("N3").required(&self.street, 55).data(&self.street_2, 55))?;
        }
        for lines in self.further_lines.chunks(2) {
            let second = lines.get(1).map_or("", String::as_str);
            out.push(Line::new("N3").required(&lines[0], 55).data(second, 55))?;
        }
        let location = self.location.as_ref();
        out.push(
            Line::new("N4")
                .required(&self.city, 30)
                .data(&self.state, 2)
                .data(&self.postal_code, 15)
                .data(&self.country, 3)
                .data(location.map_or("", |l| &l.qualifier), 2)
                .data(location.map_or("", |l| &l.value), 30)
                .data(&self.subdivision, 3),
        )
    }

    pub(crate) fn write_if(address: Option<&Self>, out: &mut Builder) -> Result<(), WriteError> {
        address.map_or(Ok(()), |address| address.write(out))
    }

    /// Writes both segments, which the guide requires here.
    pub(crate) fn write_required(address: Option<&Self>, out: &mut Builder) -> Result<(), WriteError> {
        let segment = "N3";
        let full = address.filter(|address| !address.street.is_empty());
        full.ok_or(WriteError::Missing { segment, element: 1 })?.write(out)
    }
}
