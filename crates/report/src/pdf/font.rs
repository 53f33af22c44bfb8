//! Text in the standard fonts: encoding, width, and line breaking.

/// A font of the standard fourteen, which every PDF reader has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Font {
    Plain,
    Bold,
    Mono,
}

impl Font {
    pub const ALL: [Self; 3] = [Self::Plain, Self::Bold, Self::Mono];

    /// PostScript name.
    pub fn base(self) -> &'static [u8] {
        match self {
            Self::Plain => b"Helvetica",
            Self::Bold => b"Helvetica-Bold",
            Self::Mono => b"Courier",
        }
    }

    /// Name in the resources of a page.
    pub fn name(self) -> &'static [u8] {
        match self {
            Self::Plain => b"P",
            Self::Bold => b"B",
            Self::Mono => b"M",
        }
    }

    /// Width of encoded text in points.
    pub fn width(self, text: &[u8], size: f32) -> f32 {
        let units: u32 = text.iter().map(|byte| u32::from(self.advance(*byte))).sum();
        #[expect(clippy::cast_precision_loss, reason = "a line is never so wide")]
        let units = units as f32;
        units * size / 1000.0
    }

    fn advance(self, byte: u8) -> u16 {
        let widths = match self {
            Self::Mono => return 600,
            Self::Plain => &PLAIN,
            Self::Bold => &BOLD,
        };
        let place = usize::from(byte).checked_sub(32);
        place
            .and_then(|place| widths.get(place))
            .copied()
            .unwrap_or(match byte {
                0x97 => 1000,
                _ => 556,
            })
    }
}

/// WinAnsiEncoding; a character outside of it becomes a question mark.
pub fn encode(text: &str) -> Vec<u8> {
    text.chars().map(encoded).collect()
}

fn encoded(c: char) -> u8 {
    match c {
        ' '..='~' => u8::try_from(c).unwrap_or(b'?'),
        '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(c)).unwrap_or(b'?'),
        '\n' | '\t' | '\r' => b' ',
        '€' => 0x80,
        '…' => 0x85,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        _ => b'?',
    }
}

/// The text in lines of at most `width` points, broken at spaces, and inside a word that is wider
/// than a line.
pub fn wrapped(text: &str, font: Font, size: f32, width: f32) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let mut line: Vec<u8> = Vec::new();
    for word in encode(text).split(|byte| *byte == b' ').filter(|word| !word.is_empty()) {
        let joined = if line.is_empty() {
            word.to_vec()
        } else {
            [line.as_slice(), b" ", word].concat()
        };
        if font.width(&joined, size) <= width {
            line = joined;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for byte in word {
            line.push(*byte);
            if font.width(&line, size) > width && line.len() > 1 {
                line.pop();
                lines.push(std::mem::replace(&mut line, vec![*byte]));
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Adobe's metrics of Helvetica from space to tilde.
#[rustfmt::skip]
const PLAIN: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// Of Helvetica-Bold.
#[rustfmt::skip]
const BOLD: [u16; 95] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611,
    975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556,
    333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611,
    611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_nothing_is_lost() {
        let text = "a doctor looked at 01936d00-0000-7000-8000-000000000002 for treatment";
        let lines = wrapped(text, Font::Plain, 8.0, 60.0);
        assert!(lines.iter().all(|line| Font::Plain.width(line, 8.0) <= 60.0));
        let written: Vec<u8> = lines.concat().into_iter().filter(|byte| *byte != b' ').collect();
        assert_eq!(written, encode(&text.replace(' ', "")), "only spaces are dropped");
    }

    #[test]
    fn characters_outside_the_encoding_become_question_marks() {
        assert_eq!(encode("Zoë — 5 €"), b"Zo\xeb \x97 5 \x80");
        assert_eq!(encode("患者"), b"??");
        assert_eq!(encode("a\u{7f}b\u{0}"), b"a?b?");
    }
}
