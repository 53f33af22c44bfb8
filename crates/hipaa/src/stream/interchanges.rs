//! The interchanges of a file, each as a whole.

use std::io::Read as Source;

use mc_x12::{Limits, StreamError, StreamReader};

/// Returns the text of each interchange of a source, to be read with
/// [`Interchange::parse_within`](mc_x12::Interchange::parse_within).
#[derive(Debug)]
pub struct Interchanges<R> {
    reader: StreamReader<R>,
    max_bytes: usize,
}

/// Reads a source interchange by interchange; one of more than `max_bytes` is an error and left
/// out. What stands between interchanges is left out too, with an error.
pub fn interchanges<R: Source>(source: R, max_bytes: usize) -> Interchanges<R> {
    Interchanges {
        reader: StreamReader::new(source, Limits::FILE),
        max_bytes,
    }
}

/// Why an interchange was left out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InterchangeError {
    #[error(transparent)]
    Stream(#[from] StreamError),
    #[error("an interchange is larger than {max} bytes")]
    TooLarge { max: usize },
}

impl<R: Source> Iterator for Interchanges<R> {
    type Item = Result<Vec<u8>, InterchangeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut text = Vec::new();
        let mut too_large = false;
        loop {
            let segment = match self.reader.next_segment() {
                Some(Ok(segment)) => segment,
                Some(Err(error)) => return Some(Err(error.into())),
                // One that is cut off is returned too: reading it names what is missing.
                None if text.is_empty() => return None,
                None => break,
            };
            if !too_large {
                text.extend_from_slice(segment.text().as_bytes());
                text.push(segment.delimiters().terminator() as u8);
                too_large = text.len() > self.max_bytes;
            }
            if segment.id() == "IEA" {
                break;
            }
        }
        Some(if too_large {
            Err(InterchangeError::TooLarge { max: self.max_bytes })
        } else {
            Ok(text)
        })
    }
}
