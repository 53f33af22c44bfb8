//! The four delimiters, which each interchange defines in its ISA.

mod isa;

pub(crate) use isa::{ISA_LENGTH, ISA_WINDOW, read_isa, try_isa};

use crate::error::{Fault, WriteError};

/// The delimiters of one interchange; all are ASCII.
// Aligned: every segment carries them, and they are copied as one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(align(8))]
pub struct Delimiters {
    element: u8,
    repetition: Option<u8>,
    component: u8,
    terminator: u8,
    /// The ISA declares no repetition separator; this one is the usual one.
    is_repetition_assumed: bool,
}

/// The usual repetition separator.
const USUAL_REPETITION: u8 = b'^';

impl Delimiters {
    /// `* ^ : ~`, the usual choice.
    pub const STANDARD: Self = Self {
        element: b'*',
        repetition: Some(b'^'),
        component: b':',
        terminator: b'~',
        is_repetition_assumed: false,
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
            is_repetition_assumed: false,
        })
    }

    /// Reads the delimiters from the fixed positions of the ISA at the start of `input`.
    ///
    /// A letter, a digit or a space in ISA11 (`U` in 00401) declares no repetition separator.
    /// Senders who keep that habit in 00501 repeat with `^`, so `^` is assumed, unless it is
    /// another delimiter. One character for both repetition and component is accepted, as no
    /// element uses both. Spaces before the terminator are no part of the ISA.
    ///
    /// # Errors
    /// [`Fault::NotAnInterchange`] and those of an ISA, which name what is wrong with it.
    pub fn from_isa(input: &[u8]) -> Result<Self, Fault> {
        read_isa(input).map(|(delimiters, _)| delimiters)
    }

    /// The same with another character for each delimiter that occurs in one of the texts, where
    /// there is one: X12 has no escape.
    #[must_use]
    pub fn apart_from(self, texts: &[&str]) -> Self {
        let is_used = |c: char| texts.iter().any(|text| text.contains(c));
        let mut apart = self;
        let places: [fn(&mut Self) -> &mut u8; 3] =
            [|it| &mut it.element, |it| &mut it.component, |it| &mut it.terminator];
        for place in places {
            if is_used(char::from(*place(&mut apart))) {
                let other = apart.other(is_used);
                *place(&mut apart) = other.unwrap_or(*place(&mut apart));
            }
        }
        if apart.repetition().is_some_and(is_used) {
            apart.repetition = apart.other(is_used).or(apart.repetition);
        }
        apart
    }

    /// Another character for the component or repetition separator; `None` where each candidate is
    /// used.
    pub(crate) fn give_way(&mut self, separator: char, is_used: impl Fn(char) -> bool) -> Option<char> {
        let other = self.other(is_used)?;
        if self.component() == separator {
            self.component = other;
        } else if self.repetition() == Some(separator) {
            self.repetition = Some(other);
        }
        Some(char::from(other))
    }

    /// A character that is neither a delimiter nor used.
    fn other(self, is_used: impl Fn(char) -> bool) -> Option<u8> {
        // Without the characters of amounts, dates and names.
        const OTHERS: &[u8] = b":><|!}{;=+*^~%?#@$[]_";
        let free = |other: &u8| !self.contains(char::from(*other)) && !is_used(char::from(*other));
        OTHERS.iter().copied().find(free)
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

    /// Separates repetitions of an element; `None` where the ISA declares none and `^` is another
    /// delimiter.
    pub fn repetition(self) -> Option<char> {
        self.repetition.map(char::from)
    }

    /// Whether ISA11 is a letter, a digit or a space, so that the repetition separator is not
    /// declared but assumed to be `^`.
    pub fn is_repetition_assumed(self) -> bool {
        self.is_repetition_assumed
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

/// Whether a character can be a delimiter.
fn may_delimit(byte: u8) -> bool {
    byte.is_ascii() && !byte.is_ascii_alphanumeric() && byte != b' '
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::IsaDelimiter;

    const ISA: &str =
        "ISA|00|          |00|          |ZZ|A              |ZZ|B              |160405|1354|}|00501|000184077|1|P|^~";

    #[test]
    fn delimiters_come_from_the_isa() {
        let found = Delimiters::from_isa(ISA.as_bytes()).unwrap();
        assert_eq!(found, Delimiters::new('|', '}', '^', '~').unwrap());
    }

    #[test]
    fn a_letter_in_isa11_declares_no_repetition_and_the_usual_one_is_assumed() {
        let with_u = ISA.replace('}', "U");
        let found = Delimiters::from_isa(with_u.as_bytes()).unwrap();
        assert_eq!(found.repetition(), None, "^ is the component separator here");
        let found = Delimiters::from_isa(with_u.replace('^', ":").as_bytes()).unwrap();
        assert_eq!((found.repetition(), found.is_repetition_assumed()), (Some('^'), true));
        let found = Delimiters::from_isa(ISA.as_bytes()).unwrap();
        assert!(!found.is_repetition_assumed());
    }

    #[test]
    fn a_shifted_isa_is_refused() {
        let fault = Delimiters::from_isa(ISA.replacen("A ", "A", 1).as_bytes()).unwrap_err();
        let (element, found, required) = (6, 14, 15);
        let length = Fault::IsaElementLength {
            element,
            found,
            required,
        };
        assert_eq!(fault, length);
        let wrapped = format!("{}\r\n{}GS*HC~", &ISA[..80], &ISA[80..]);
        assert_eq!(Delimiters::from_isa(wrapped.as_bytes()), Err(Fault::IsaWrapped));
        assert_eq!(
            Delimiters::from_isa(&ISA.as_bytes()[..60]),
            Err(Fault::IsaLayout),
            "cut"
        );
        let fault = Delimiters::from_isa(ISA.replace('~', "9").as_bytes()).unwrap_err();
        let delimiter = IsaDelimiter::Terminator;
        assert_eq!(fault, Fault::IsaDelimiterInvalid { delimiter });
    }

    #[test]
    fn each_delimiter_that_occurs_in_a_text_gives_way() {
        let apart = Delimiters::STANDARD.apart_from(&["A*B", "^~", ">"]);
        for c in "*^~>".chars() {
            assert!(!apart.contains(c), "{c}");
        }
        assert_eq!(apart.component(), ':');
        let chars = [apart.element(), apart.repetition().unwrap(), ':', apart.terminator()];
        assert!(
            Delimiters::new(chars[0], chars[1], chars[2], chars[3]).is_ok(),
            "four different ones"
        );
        assert_eq!(Delimiters::STANDARD.apart_from(&["CLINIC"]), Delimiters::STANDARD);
    }

    #[test]
    fn delimiters_for_writing_must_differ() {
        assert_eq!(Delimiters::new('*', '*', ':', '~'), Err(WriteError::Delimiters));
        assert_eq!(Delimiters::new('*', '^', 'A', '~'), Err(WriteError::Delimiters));
    }
}
