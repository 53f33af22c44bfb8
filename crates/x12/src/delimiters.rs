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
    /// A letter or digit in ISA11 (`U` in 00401) declares no repetition separator. Senders who keep
    /// that habit in 00501 repeat with `^`, so `^` is assumed, unless it is another delimiter. One
    /// character for both repetition and component is accepted, as no element uses both.
    ///
    /// # Errors
    /// [`Fault::NotAnInterchange`], [`Fault::IsaElementLength`], [`Fault::IsaWrapped`],
    /// [`Fault::IsaLayout`], [`Fault::IsaDelimiters`].
    pub fn from_isa(input: &[u8]) -> Result<Self, Fault> {
        Self::try_isa(input).map_err(|fault| match fault {
            Fault::IsaLayout => layout_fault(input),
            other => other,
        })
    }

    /// As [`Delimiters::from_isa`], without the search for what is wrong with the layout.
    pub(crate) fn try_isa(input: &[u8]) -> Result<Self, Fault> {
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
        let declared = Some(isa[82]).filter(|b| !b.is_ascii_alphanumeric());
        let is_free = ![element, component, terminator].contains(&USUAL_REPETITION);
        let repetition = declared.or(Some(USUAL_REPETITION).filter(|_| is_free));
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
            is_repetition_assumed: declared.is_none() && repetition.is_some(),
        })
    }

    /// With another component separator; the same where each candidate is used.
    pub(crate) fn with_other_component(self, is_used: impl Fn(char) -> bool) -> Self {
        const OTHERS: [u8; 10] = *b":><|!}{;=+";
        let free = |other: &u8| !self.contains(char::from(*other)) && !is_used(char::from(*other));
        let component = OTHERS.into_iter().find(free).unwrap_or(self.component);
        Self { component, ..self }
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

    /// Whether ISA11 is a letter or digit, so that the repetition separator is not declared but
    /// assumed to be `^`.
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

/// Bytes in which the layout of an ISA is explained: its length, and line ends that wrap it.
pub(crate) const ISA_WINDOW: usize = ISA_LENGTH + 16;

/// Lengths of ISA01 to ISA15.
const ISA_LENGTHS: [usize; 15] = [2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1];

/// The first thing that differs from the fixed layout of an ISA.
#[cold]
fn layout_fault(input: &[u8]) -> Fault {
    let start = &input[..input.len().min(ISA_WINDOW)];
    let is_line_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let joined: Vec<u8> = start.iter().copied().filter(|byte| !is_line_end(byte)).collect();
    if start.iter().take(ISA_LENGTH - 1).any(is_line_end) && Delimiters::try_isa(&joined).is_ok() {
        return Fault::IsaWrapped;
    }
    let Some(separator) = start.get(3).filter(|byte| may_delimit(**byte)) else {
        return Fault::IsaLayout;
    };
    let elements: Vec<_> = start.split(|byte| byte == separator).map(<[u8]>::len).collect();
    // The last one may be cut.
    let whole = elements.split_last().map_or(&[][..], |(_, whole)| whole);
    if whole.len() <= ISA_LENGTHS.len() {
        return Fault::IsaLayout;
    }
    let lengths = (1..).zip(whole.iter().skip(1).zip(ISA_LENGTHS));
    let wrong = lengths.into_iter().find(|(_, (found, required))| *found != required);
    wrong.map_or(Fault::IsaLayout, |(element, (found, required))| {
        Fault::IsaElementLength {
            element,
            found: *found,
            required,
        }
    })
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
        assert!(matches!(fault, Fault::IsaLayout | Fault::IsaDelimiters));
    }

    #[test]
    fn delimiters_for_writing_must_differ() {
        assert_eq!(Delimiters::new('*', '*', ':', '~'), Err(WriteError::Delimiters));
        assert_eq!(Delimiters::new('*', '^', 'A', '~'), Err(WriteError::Delimiters));
    }
}
