//! The members of 834s.

use serde::Serialize;
use std::io::Read as Source;
use std::sync::Arc;

use super::{Collect, Level, Stream, complete, read};
use crate::enrollment::{Enrollment, Member};
use crate::parts::Read;
use mc_x12::Finding;
use mc_x12::units::Unit;

/// A member, with the file that it is a part of.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct StreamedMember {
    /// The transaction set without members.
    pub header: Arc<Read<Enrollment>>,
    pub member: Read<Member>,
}

/// Returns the members of a source.
pub type Members<R> = Stream<R, MemberCollector>;

/// Reads the members of every 834 of a source.
pub fn members<R: Source>(source: R) -> Members<R> {
    let header = Level::new(Enrollment::default());
    Stream::new(source, MemberCollector { header })
}

#[derive(Debug)]
pub struct MemberCollector {
    header: Level<Enrollment>,
}

impl Collect for MemberCollector {
    type Item = StreamedMember;
    const TRANSACTION: &'static str = "834";
    const UNITS: &'static [&'static str] = &["2000"];

    fn take(&mut self, unit: Unit<'_>, lost: &mut Vec<Finding<'static>>) -> Option<StreamedMember> {
        let Unit { node, unread, .. } = unit;
        match node.id() {
            "" if unit.is_first => self.header.set(Enrollment::from_node(&node), unread, lost),
            "2000" => {
                return Some(StreamedMember {
                    header: self.header.give(),
                    member: read(Member::from_node(&node), unread),
                });
            }
            _ => lost.extend(unread),
        }
        None
    }

    fn finish(&mut self, lost: &mut Vec<Finding<'static>>) -> Option<StreamedMember> {
        self.header.end(lost);
        None
    }
}

complete!(StreamedMember: header, member);
