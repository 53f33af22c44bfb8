//! The four delimiters, which each interchange defines in its ISA.

use crate::error::{Fault, WriteError};

/// Length of the ISA segment with its terminator.
pub const ISA_LENGTH: usize = 106;
/// Offsets of the element separator inside the ISA.
const ISA_SEPARATORS: [usize; 16] = [3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103];

/// The delimiters of one interchange; all are ASCII.
// Aligned: every segment carries them, and they are copied as one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(align(8))]
pub struct Delimiters {
    element: u8,
    repetition: Option<u8>,
    component: u8,
    terminator: u8,
}

impl Delimiters {
    /// `* ^ : ~`, the usual choice.
    pub const STANDARD: Self = Self {
        element: b'*',
        repetition: Some(b'^'),
        component: b':',
        terminator: b'~',
    };

    /// Delimiters for writing.
    ///
    /// # Errors
    /// [`WriteError::Delimiters`] where two are equal, or one is a letter, digit, space or not
    /// ASCII.
    pub fn new(element: char, repetition: char, component: char, terminator: char) -> Result<Self, WriteError> {
        let byte = |c: char| {
            u8::try_from(c)
                .ok()
                .filter(|b| may_delimit(*b))
                .ok_or(WriteError::Delimiters)
        };
        let set = [byte(element)?, byte(repetition)?, byte(component)?, byte(terminator)?];
        let distinct = set.iter().enumerate().all(|(i, b)| !set[..i].contains(b));
        if !distinct {
            return Err(WriteError::Delimiters);
        }
        Ok(Self {
            element: set[0],
            repetition: Some(set[1]),
            component: set[2],
            terminator: set[3],
        })
    }

    /// Reads the delimiters from the fixed positions of the ISA at the start of `input`.
    ///
    /// A letter or digit in ISA11 (`U` in 00401) means that there is no repetition separator. One
    /// character for both repetition and component is accepted, as no element uses both.
    ///
    /// # Errors
    /// [`Fault::NotAnInterchange`], [`Fault::IsaLayout`], [`Fault::IsaDelimiters`].
    pub fn from_isa(input: &[u8]) -> Result<Self, Fault> {
        if !input.starts_with(b"ISA") {
            return Err(Fault::NotAnInterchange);
        }
        let isa = input
            .get(..ISA_LENGTH)
            .filter(|isa| isa.is_ascii())
            .ok_or(Fault::IsaLayout)?;
        let (element, component, terminator) = (isa[3], isa[104], isa[105]);
        let separators = isa[..104]
            .iter()
            .enumerate()
            .filter(|(_, b)| **b == element)
            .map(|(at, _)| at);
        if !separators.eq(ISA_SEPARATORS) || isa[..ISA_LENGTH - 1].contains(&terminator) {
            return Err(Fault::IsaLayout);
        }
        let repetition = Some(isa[82]).filter(|b| !b.is_ascii_alphanumeric());
        let usable = [Some(element), Some(component), Some(terminator), repetition]
            .into_iter()
            .flatten()
            .all(may_delimit);
        let distinct = element != component && element != terminator && component != terminator;
        if !usable || !distinct || repetition == Some(element) || repetition == Some(terminator) {
            return Err(Fault::IsaDelimiters);
        }
        Ok(Self {
            element,
            repetition,
            component,
            terminator,
        })
    }

    pub(crate) fn element_byte(self) -> u8 {
        self.element
    }

    pub(crate) fn component_byte(self) -> u8 {
        self.component
    }

    pub(crate) fn repetition_byte(self) -> Option<u8> {
        self.repetition
    }

    pub(crate) fn terminator_byte(self) -> u8 {
        self.terminator
    }

    /// Separates elements.
    pub fn element(self) -> char {
        char::from(self.element)
    }

    /// Separates repetitions of an element; `None` before 00501.
    pub fn repetition(self) -> Option<char> {
        self.repetition.map(char::from)
    }

    /// Separates components of a composite element.
    pub fn component(self) -> char {
        char::from(self.component)
    }

    /// Ends a segment.
    pub fn terminator(self) -> char {
        char::from(self.terminator)
    }

    /// True for a character that may not occur in data.
    pub fn contains(self, c: char) -> bool {
        [
            Some(self.element),
            self.repetition,
            Some(self.component),
            Some(self.terminator),
        ]
        .into_iter()
        .flatten()
        .any(|b| char::from(b) == c)
    }
}

fn may_delimit(byte: u8) -> bool {
    byte.is_ascii() && !byte.is_ascii_alphanumeric() && byte != b' '
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISA: &str =
        "ISA|00|          |00|          |ZZ|A              |ZZ|B              |160405|1354|}|00501|000184077|1|P|^~";

    #[test]
    fn delimiters_come_from_the_isa() {
        let found = Delimiters::from_isa(ISA.as_bytes()).unwrap();
        assert_eq!(found, Delimiters::new('|', '}', '^', '~').unwrap());
    }

    #[test]
    fn a_letter_in_isa11_means_no_repetition() {
        let found = Delimiters::from_isa(ISA.replace('}', "U").as_bytes()).unwrap();
        assert_eq!(found.repetition(), None);
    }

    #[test]
    fn a_shifted_isa_is_refused() {
        let fault = Delimiters::from_isa(ISA.replacen("A ", "A", 1).as_bytes()).unwrap_err();
        assert_eq!(fault, Fault::IsaLayout);
        let fault = Delimiters::from_isa(ISA.replace('~', "9").as_bytes()).unwrap_err();
        assert!(matches!(fault, Fault::IsaLayout | Fault::IsaDelimiters));
    }

    #[test]
    fn delimiters_for_writing_must_differ() {
        assert_eq!(Delimiters::new('*', '*', ':', '~'), Err(WriteError::Delimiters));
        assert_eq!(Delimiters::new('*', '^', 'A', '~'), Err(WriteError::Delimiters));
    }
}
