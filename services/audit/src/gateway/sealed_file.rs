//! A file sealed in pieces: written and read in constant memory, and no piece can be changed, moved
//! or cut off.
//!
//! The first line is JSON, [`Front`], with the file's own key wrapped by the key encryption key.
//! Then come pieces of 64 KiB, each 1 byte (1: the last), 4 bytes length, and AES-256-GCM over it
//! with the front's hash, the piece's number and whether it is the last one.

use base64::{Engine, prelude::BASE64_STANDARD};
use mc_keyring::{Aad, DataKey, Kek};
use mc_transparency::Hash;
use mc_vocabulary::OrganizationId;
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, Read, Write};

/// Name and version of the format.
pub const FORMAT: &str = "medconnect-audit-backup/1";

const PIECE: usize = 64 * 1024;

/// A sealed piece is longer by version, key id, nonce and tag.
const MAX_PIECE: usize = PIECE + 256;

const MAX_FRONT: u64 = 16 * 1024;

/// The unencrypted first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Front {
    /// [`FORMAT`].
    format: String,
    /// The organization of the log.
    pub organization_id: OrganizationId,
    /// Id of the key that wraps the file's key.
    key_id: String,
    /// The file's key, wrapped.
    data_key: String,
}

/// Seals what is written to it. [`SealedWriter::finish`] seals the last piece; without it the file
/// cannot be opened.
pub struct SealedWriter<W> {
    out: W,
    seal: Pieces,
    waiting: Vec<u8>,
}

/// Opens a sealed file.
pub struct SealedReader<R> {
    file: R,
    seal: Pieces,
    opened: Vec<u8>,
    read: usize,
    ended: bool,
}

struct Pieces {
    key: DataKey,
    organization_id: OrganizationId,
    front: Hash,
    next: u64,
}

impl Pieces {
    fn place(&mut self, last: bool) -> Aad {
        let place = format!("{}|{}|{last}", self.front, self.next);
        self.next += 1;
        Aad::new(self.organization_id, "backup.piece", place)
    }
}

fn failed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

impl<W: Write> SealedWriter<W> {
    /// Writes the first line, with a new key.
    ///
    /// # Errors
    /// Where the file cannot be written or no key can be made.
    pub fn new(mut out: W, kek: &Kek, organization_id: OrganizationId) -> io::Result<Self> {
        let unsealed = |_| failed("no key can be made for the file");
        let key = DataKey::generate().map_err(unsealed)?;
        let front = Front {
            format: FORMAT.to_owned(),
            organization_id,
            key_id: kek.key_id().to_owned(),
            data_key: BASE64_STANDARD.encode(kek.wrap(&key, organization_id).map_err(unsealed)?),
        };
        let line = serde_json::to_vec(&front)?;
        out.write_all(&line)?;
        out.write_all(b"\n")?;
        Ok(Self {
            out,
            seal: Pieces {
                key,
                organization_id,
                front: Hash::leaf(&line),
                next: 0,
            },
            waiting: Vec::with_capacity(PIECE),
        })
    }

    /// Seals the last piece.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        self.piece(true)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn piece(&mut self, last: bool) -> io::Result<()> {
        let place = self.seal.place(last);
        let sealed = self.seal.key.seal(&self.waiting, &place);
        let sealed = sealed.map_err(|_| failed("a piece cannot be sealed"))?;
        let length = u32::try_from(sealed.len()).map_err(|_| failed("a piece is too long"))?;
        self.out.write_all(&[u8::from(last)])?;
        self.out.write_all(&length.to_be_bytes())?;
        self.out.write_all(&sealed)?;
        self.waiting.clear();
        Ok(())
    }
}

impl<W: Write> Write for SealedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.waiting.len() == PIECE {
            self.piece(false)?;
        }
        let taken = bytes.len().min(PIECE - self.waiting.len());
        self.waiting.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        // Only whole pieces are written.
        Ok(())
    }
}

impl<R: BufRead> SealedReader<R> {
    /// Reads the first line and opens the file's key.
    ///
    /// # Errors
    /// Where the file cannot be read, has another format, or its key is wrapped by another key.
    pub fn new(mut file: R, kek: &Kek) -> io::Result<(Front, Self)> {
        let mut line = Vec::new();
        (&mut file).take(MAX_FRONT).read_until(b'\n', &mut line)?;
        line.pop_if(|last| *last == b'\n');
        let front: Front = serde_json::from_slice(&line).map_err(|_| failed("not an encrypted export of the log"))?;
        if front.format != FORMAT {
            return Err(failed("not an encrypted export of the log"));
        }
        let wrapped = BASE64_STANDARD.decode(&front.data_key).ok();
        let key = wrapped.and_then(|wrapped| kek.unwrap(&wrapped, front.organization_id).ok());
        let key = key.ok_or_else(|| failed("the file's key does not open with our sealing-key"))?;
        let reader = Self {
            file,
            seal: Pieces {
                key,
                organization_id: front.organization_id,
                front: Hash::leaf(&line),
                next: 0,
            },
            opened: Vec::new(),
            read: 0,
            ended: false,
        };
        Ok((front, reader))
    }

    fn piece(&mut self) -> io::Result<()> {
        let mut head = [0; 5];
        let cut = |_| failed("the file is cut off");
        self.file.read_exact(&mut head).map_err(cut)?;
        let last = head[0] == 1;
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
        let length = usize::try_from(length).ok().filter(|length| *length <= MAX_PIECE);
        let mut sealed = vec![0; length.ok_or_else(|| failed("the file was changed"))?];
        self.file.read_exact(&mut sealed).map_err(cut)?;
        let place = self.seal.place(last);
        let opened = self.seal.key.open(&sealed, &place);
        let opened = opened.map_err(|_| failed("the file was changed"))?;
        self.opened.clear();
        self.opened.extend_from_slice(&opened);
        self.read = 0;
        self.ended = last;
        if last && !self.file.fill_buf()?.is_empty() {
            return Err(failed("something follows the end of the file"));
        }
        Ok(())
    }
}

impl<R: BufRead> Read for SealedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.read == self.opened.len() && !self.ended {
            self.piece()?;
        }
        let rest = &self.opened[self.read..];
        let taken = rest.len().min(buffer.len());
        buffer[..taken].copy_from_slice(&rest[..taken]);
        self.read += taken;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mc_keyring::Credentials;

    fn kek(byte: u8) -> Kek {
        let key = BASE64_STANDARD.encode([byte; 32]);
        Kek::from_credentials(&Credentials::from_fields(
            "sealing-key",
            [("key_id", "k"), ("key", key.as_str())],
        ))
        .unwrap()
    }

    fn sealed(text: &[u8]) -> Vec<u8> {
        let mut writer = SealedWriter::new(Vec::new(), &kek(1), OrganizationId::new()).unwrap();
        writer.write_all(text).unwrap();
        writer.finish().unwrap()
    }

    fn opened(file: &[u8], by: u8) -> io::Result<Vec<u8>> {
        let mut text = Vec::new();
        SealedReader::new(file, &kek(by))?.1.read_to_end(&mut text)?;
        Ok(text)
    }

    #[test]
    fn what_is_sealed_opens_again_whatever_its_length() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE] {
            let text: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
            let file = sealed(&text);
            assert_eq!(opened(&file, 1).unwrap(), text, "{length}");
            assert!(opened(&file, 2).is_err(), "another key");
        }
    }

    #[test]
    fn no_byte_can_be_changed_no_piece_moved_and_no_end_cut_off() {
        let text = vec![7; 2 * PIECE + 100];
        let file = sealed(&text);
        let front = file.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        for at in (0..file.len())
            .step_by(997)
            .chain(front..front + 40)
            .chain([file.len() - 1])
        {
            let mut changed = file.clone();
            changed[at] ^= 1;
            assert!(opened(&changed, 1).is_err(), "byte {at}");
        }
        let piece = file.len() - (front + 2 * (PIECE + 5)) - 100;
        let overhead = piece.div_ceil(3);
        let first = front..front + PIECE + overhead + 5;
        let second = first.end..first.end + PIECE + overhead + 5;
        for cut in [front, first.end, second.end, file.len() - 1] {
            assert!(opened(&file[..cut], 1).is_err(), "cut at {cut}");
        }
        let swapped = [&file[..front], &file[second.clone()], &file[first], &file[second.end..]].concat();
        assert_eq!(swapped.len(), file.len());
        assert!(opened(&swapped, 1).is_err());
        assert!(opened(&[file.as_slice(), b"x"].concat(), 1).is_err());
    }
}
