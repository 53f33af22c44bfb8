//! The members of 834s.

use serde::Serialize;
use std::io::Read as Source;
use std::sync::Arc;

use super::read;
use crate::enrollment::{Enrollment, Member};
use crate::parts::Read;
use mc_x12::units::{Unit, UnitError, UnitReader};

/// A member, with the file that it is a part of.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct StreamedMember {
    /// The transaction set without members.
    pub header: Arc<Read<Enrollment>>,
    pub member: Read<Member>,
}

/// Returns the members of a source.
#[derive(Debug)]
pub struct Members<R> {
    units: UnitReader<R>,
    header: Arc<Read<Enrollment>>,
}

/// Reads the members of every 834 of a source, which need not be buffered. Other transaction sets
/// are left out.
pub fn members<R: Source>(source: R) -> Members<R> {
    Members {
        units: UnitReader::new(source, |id| id == "2000"),
        header: Arc::new(read(Enrollment::default(), Vec::new())),
    }
}

impl<R: Source> Iterator for Members<R> {
    type Item = Result<StreamedMember, UnitError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Unit {
                guide,
                node,
                unread,
                is_first,
                ..
            } = match self.units.next_unit()? {
                Ok(unit) => unit,
                Err(error) => return Some(Err(error)),
            };
            match node.id() {
                _ if guide.transaction != "834" => {}
                "" if is_first => self.header = Arc::new(read(Enrollment::from_node(&node), unread)),
                "2000" => {
                    return Some(Ok(StreamedMember {
                        header: Arc::clone(&self.header),
                        member: read(Member::from_node(&node), unread),
                    }));
                }
                _ => {}
            }
        }
    }
}
