//! The numbers of the envelopes that must agree.

use crate::envelope::stated_count;
use crate::error::{Fault, Place, ReadError};
use crate::segment::Segment;

/// A header whose trailer has not come.
#[derive(Debug)]
struct Open {
    control: String,
    place: Place,
    /// What the trailer counts.
    count: u32,
}

impl Open {
    fn new(header: &Segment<'_>, control: usize) -> Self {
        Self {
            control: header.element(control).to_owned(),
            place: header.place(),
            count: 0,
        }
    }

    /// Compares count and control number with the trailer.
    fn close(self, trailer: &Segment<'_>, names: &Names, errors: &mut Vec<ReadError>) {
        if trailer.is_cut_in(2, &self.control) {
            return missing(Some(self), names, errors);
        }
        if stated_count(trailer) != Some(self.count) {
            let (trailer_name, found) = (names.count, self.count);
            let fault = Fault::Count {
                trailer: trailer_name,
                found,
            };
            errors.push(ReadError::new(fault, trailer.place()));
        }
        if trailer.element(2) != self.control {
            let (header, trailer_name) = names.controls;
            let fault = Fault::ControlNumber {
                header,
                trailer: trailer_name,
            };
            errors.push(ReadError::new(fault, trailer.place()));
        }
    }
}

/// The names of an envelope in errors.
struct Names {
    count: &'static str,
    controls: (&'static str, &'static str),
    segments: (&'static str, &'static str),
}

const INTERCHANGE: Names = Names {
    count: "IEA01",
    controls: ("ISA13", "IEA02"),
    segments: ("ISA", "IEA"),
};
const GROUP: Names = Names {
    count: "GE01",
    controls: ("GS06", "GE02"),
    segments: ("GS", "GE"),
};
const SET: Names = Names {
    count: "SE01",
    controls: ("ST02", "SE02"),
    segments: ("ST", "SE"),
};

/// The open envelopes.
#[derive(Debug, Default)]
pub(super) struct Envelopes {
    interchange: Option<Open>,
    group: Option<Open>,
    /// GS08.
    version: String,
    set: Option<Open>,
    pub(super) errors: Vec<ReadError>,
}

impl Envelopes {
    /// GS08 of the open group.
    pub(super) fn version(&self) -> &str {
        &self.version
    }

    pub(super) fn isa(&mut self, isa: &Segment<'_>) {
        self.end();
        self.interchange = Some(Open::new(isa, 13));
    }

    pub(super) fn gs(&mut self, gs: &Segment<'_>) {
        self.end_group();
        match &mut self.interchange {
            Some(interchange) => interchange.count = interchange.count.saturating_add(1),
            None => self.errors.push(ReadError::new(Fault::OutOfPlace, gs.place())),
        }
        gs.element(8).clone_into(&mut self.version);
        self.group = Some(Open::new(gs, 6));
    }

    pub(super) fn st(&mut self, st: &Segment<'_>) {
        self.end_set();
        match &mut self.group {
            Some(group) => group.count = group.count.saturating_add(1),
            None => self.errors.push(ReadError::new(Fault::OutOfPlace, st.place())),
        }
        self.set = Some(Open {
            count: 1,
            ..Open::new(st, 2)
        });
    }

    /// A segment that is none of an envelope; whether it is inside a transaction set.
    pub(super) fn content(&mut self, segment: &Segment<'_>) -> bool {
        match &mut self.set {
            Some(set) => set.count = set.count.saturating_add(1),
            None if segment.id() == "TA1" && self.group.is_none() => {}
            None => self.errors.push(ReadError::new(Fault::OutOfPlace, segment.place())),
        }
        self.set.is_some()
    }

    pub(super) fn se(&mut self, se: &Segment<'_>) {
        match self.set.take() {
            Some(mut set) => {
                set.count = set.count.saturating_add(1);
                set.close(se, &SET, &mut self.errors);
            }
            None => self.errors.push(ReadError::new(Fault::OutOfPlace, se.place())),
        }
    }

    pub(super) fn ge(&mut self, ge: &Segment<'_>) {
        self.end_set();
        match self.group.take() {
            Some(group) => {
                let is_empty = group.count == 0 && stated_count(ge) == Some(0);
                group.close(ge, &GROUP, &mut self.errors);
                if is_empty {
                    self.errors.push(ReadError::new(Fault::EmptyGroup, ge.place()));
                }
            }
            None => self.errors.push(ReadError::new(Fault::OutOfPlace, ge.place())),
        }
    }

    pub(super) fn iea(&mut self, iea: &Segment<'_>) {
        self.end_group();
        match self.interchange.take() {
            Some(interchange) => interchange.close(iea, &INTERCHANGE, &mut self.errors),
            None => self.errors.push(ReadError::new(Fault::OutOfPlace, iea.place())),
        }
    }

    /// Ends what is open without a trailer.
    pub(super) fn end(&mut self) {
        self.end_group();
        missing(self.interchange.take(), &INTERCHANGE, &mut self.errors);
    }

    fn end_group(&mut self) {
        self.end_set();
        missing(self.group.take(), &GROUP, &mut self.errors);
    }

    fn end_set(&mut self) {
        missing(self.set.take(), &SET, &mut self.errors);
    }
}

fn missing(open: Option<Open>, names: &Names, errors: &mut Vec<ReadError>) {
    if let Some(open) = open {
        let (header, trailer) = names.segments;
        errors.push(ReadError::new(Fault::TrailerMissing { header, trailer }, open.place));
    }
}
