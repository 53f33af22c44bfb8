//! Interchange, functional group, transaction set: the three envelopes and the numbers that must
//! agree.

use crate::delimiters::Delimiters;
use crate::error::{Fault, Place, ReadError};
use crate::reader::{Limits, SegmentReader};
use crate::segment::Segment;

/// Maximum number of empty segments whose places are kept.
const MAX_EMPTY: usize = 1_000;

/// One ISA … IEA.
#[derive(Debug, Clone)]
pub struct Interchange<'a> {
    /// The header; ISA13 is its control number.
    pub isa: Segment<'a>,
    /// The delimiters it chose.
    pub delimiters: Delimiters,
    /// TA1 segments: acknowledgements of interchanges by their receiver.
    pub acknowledgements: Vec<Segment<'a>>,
    /// Its functional groups.
    pub groups: Vec<Group<'a>>,
}

/// One GS … GE.
#[derive(Debug, Clone)]
pub struct Group<'a> {
    /// The header; GS08 is the version.
    pub gs: Segment<'a>,
    /// Its transaction sets.
    pub transactions: Vec<Transaction<'a>>,
}

/// One ST … SE.
#[derive(Debug, Clone)]
pub struct Transaction<'a> {
    /// ST01, e.g. `271`.
    pub id: &'a str,
    /// ST02.
    pub control_number: &'a str,
    /// ST03, or GS08 where ST03 is empty.
    pub version: &'a str,
    /// The segments between ST and SE.
    pub segments: Vec<Segment<'a>>,
    /// Where empty segments were: two terminators with nothing between. They are left out.
    pub empty: Vec<Place>,
}

impl<'a> Interchange<'a> {
    /// Reads one interchange of any size and checks its control numbers and counts:
    /// ISA13 = IEA02, GS06 = GE02, ST02 = SE02, SE01, GE01, IEA01.
    ///
    /// # Errors
    /// [`ReadError`], which names the fault and its place, never a value.
    pub fn parse(input: &'a [u8]) -> Result<Self, ReadError> {
        Self::parse_within(input, Limits::default())
    }

    /// As [`Interchange::parse`] with other limits.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn parse_within(input: &'a [u8], limits: Limits) -> Result<Self, ReadError> {
        let mut reader = SegmentReader::new(input, limits)?;
        let delimiters = reader.delimiters();
        let isa = match reader.next() {
            Some(first) => first?,
            None => return Err(ReadError::new(Fault::NotAnInterchange, Place::START)),
        };
        let mut interchange = Self {
            isa,
            delimiters,
            acknowledgements: Vec::new(),
            groups: Vec::new(),
        };
        let iea = loop {
            let segment = following(&mut reader, &isa, ("ISA", "IEA"))?;
            match segment.id() {
                "TA1" => interchange.acknowledgements.push(segment),
                "GS" => interchange.groups.push(Group::read(&mut reader, segment)?),
                "IEA" => break segment,
                _ => return Err(out_of_place(&segment)),
            }
        };
        check_count(&iea, "IEA01", interchange.groups.len())?;
        check_control_number(&iea, isa.element(13), ("ISA13", "IEA02"))?;
        match reader.next() {
            None => Ok(interchange),
            Some(Ok(segment)) => Err(ReadError::new(Fault::TrailingText, segment.place())),
            Some(Err(error)) => Err(ReadError::new(Fault::TrailingText, error.place)),
        }
    }

    /// Every transaction set of every group, in order.
    pub fn transactions(&self) -> impl Iterator<Item = &Transaction<'a>> {
        self.groups.iter().flat_map(|group| &group.transactions)
    }
}

impl<'a> Group<'a> {
    fn read(reader: &mut SegmentReader<'a>, gs: Segment<'a>) -> Result<Self, ReadError> {
        let mut transactions = Vec::new();
        loop {
            let segment = following(reader, &gs, ("GS", "GE"))?;
            match segment.id() {
                "ST" => transactions.push(Transaction::read(reader, segment, gs.element(8))?),
                "GE" => {
                    check_count(&segment, "GE01", transactions.len())?;
                    if transactions.is_empty() {
                        return Err(ReadError::new(Fault::EmptyGroup, segment.place()));
                    }
                    check_control_number(&segment, gs.element(6), ("GS06", "GE02"))?;
                    return Ok(Self { gs, transactions });
                }
                _ => return Err(out_of_place(&segment)),
            }
        }
    }
}

impl<'a> Transaction<'a> {
    fn read(reader: &mut SegmentReader<'a>, st: Segment<'a>, group_version: &'a str) -> Result<Self, ReadError> {
        let (mut segments, mut empty) = (Vec::new(), Vec::new());
        loop {
            let segment = match following(reader, &st, ("ST", "SE")) {
                Err(error) if error.fault == Fault::EmptySegment => {
                    if empty.len() < MAX_EMPTY {
                        empty.push(error.place);
                    }
                    continue;
                }
                next => next?,
            };
            match segment.id() {
                "SE" => {
                    check_count(&segment, "SE01", segments.len() + 2)?;
                    check_control_number(&segment, st.element(2), ("ST02", "SE02"))?;
                    let version = Some(st.element(3)).filter(|v| !v.is_empty()).unwrap_or(group_version);
                    return Ok(Self {
                        id: st.element(1),
                        control_number: st.element(2),
                        version,
                        segments,
                        empty,
                    });
                }
                "ISA" | "IEA" | "GS" | "GE" | "ST" => return Err(out_of_place(&segment)),
                _ => segments.push(segment),
            }
        }
    }
}

fn following<'a>(
    reader: &mut SegmentReader<'a>,
    open: &Segment<'a>,
    (header, trailer): (&'static str, &'static str),
) -> Result<Segment<'a>, ReadError> {
    let control = match header {
        "ISA" => 13,
        "GS" => 6,
        _ => 2,
    };
    let is_cut = |segment: &Segment<'_>| segment.id() == trailer && segment.is_cut_in(2, open.element(control));
    match reader.next() {
        Some(Ok(segment)) if !is_cut(&segment) => Ok(segment),
        Some(Err(error)) => Err(error),
        _ => Err(ReadError::new(Fault::TrailerMissing { header, trailer }, open.place())),
    }
}

fn out_of_place(segment: &Segment<'_>) -> ReadError {
    ReadError::new(Fault::OutOfPlace, segment.place())
}

/// The most digits of the count in a trailer: SE01 (data element 96), GE01 (97), IEA01 (I16).
pub(crate) fn count_digits(trailer: &str) -> usize {
    match trailer {
        "SE" => 10,
        "GE" => 6,
        _ => 5,
    }
}

/// SE01, GE01 or IEA01: digits alone, and no more than it may have. A sign is not part of the form.
pub(crate) fn stated_count(trailer: &Segment<'_>) -> Option<u32> {
    let text = trailer.element(1);
    let has_form = text.len() <= count_digits(trailer.id()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| has_form)
}

fn check_count(segment: &Segment<'_>, trailer: &'static str, found: usize) -> Result<(), ReadError> {
    let found = u32::try_from(found).unwrap_or(u32::MAX);
    if stated_count(segment) == Some(found) {
        return Ok(());
    }
    Err(ReadError::new(Fault::Count { trailer, found }, segment.place()))
}

fn check_control_number(
    segment: &Segment<'_>,
    expected: &str,
    (header, trailer): (&'static str, &'static str),
) -> Result<(), ReadError> {
    if segment.element(2) == expected {
        return Ok(());
    }
    Err(ReadError::new(
        Fault::ControlNumber { header, trailer },
        segment.place(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *160405*1354*^*00501*000000907*1*P*:~\
        GS*HS*A*B*20131031*1147*1*X*005010X279A1~ST*270*1234*005010X279A1~BHT*0022*13~SE*3*1234~GE*1*1~IEA*1*000000907~";

    fn fault(input: &str) -> Fault {
        Interchange::parse(input.as_bytes()).unwrap_err().fault
    }

    #[test]
    fn a_sound_envelope_is_read() {
        let interchange = Interchange::parse(GOOD.as_bytes()).unwrap();
        let transaction = interchange.transactions().next().unwrap();
        assert_eq!((transaction.id, transaction.version), ("270", "005010X279A1"));
        assert_eq!(transaction.segments.len(), 1);
    }

    #[test]
    fn control_numbers_and_counts_must_agree() {
        let differ = |header, trailer| Fault::ControlNumber { header, trailer };
        assert_eq!(
            fault(&GOOD.replace("IEA*1*000000907", "IEA*1*000000908")),
            differ("ISA13", "IEA02")
        );
        assert_eq!(fault(&GOOD.replace("GE*1*1~", "GE*1*2~")), differ("GS06", "GE02"));
        assert_eq!(fault(&GOOD.replace("SE*3*1234", "SE*3*1235")), differ("ST02", "SE02"));
        assert_eq!(
            fault(&GOOD.replace("SE*3*", "SE*4*")),
            Fault::Count {
                trailer: "SE01",
                found: 3
            }
        );
        assert_eq!(
            fault(&GOOD.replace("GE*1*1~", "GE*2*1~")),
            Fault::Count {
                trailer: "GE01",
                found: 1
            }
        );
        assert_eq!(
            fault(&GOOD.replace("IEA*1*", "IEA*x*")),
            Fault::Count {
                trailer: "IEA01",
                found: 1
            }
        );
    }

    #[test]
    fn a_cut_interchange_names_the_missing_trailer() {
        assert_eq!(
            fault(&GOOD[..GOOD.len() - 35]),
            Fault::TrailerMissing {
                header: "ST",
                trailer: "SE"
            }
        );
        assert_eq!(fault(&format!("{GOOD}X")), Fault::TrailingText);
        assert_eq!(fault(&GOOD.replace("SE*3*1234~", "")), Fault::OutOfPlace);
    }

    #[test]
    fn counts_have_their_digits_and_a_group_is_not_empty() {
        let count = |trailer, found| Fault::Count { trailer, found };
        assert_eq!(fault(&GOOD.replace("SE*3*", "SE*00000000003*")), count("SE01", 3));
        assert_eq!(fault(&GOOD.replace("GE*1*1~", "GE*0000001*1~")), count("GE01", 1));
        assert_eq!(fault(&GOOD.replace("IEA*1*", "IEA*000001*")), count("IEA01", 1));
        let (begin, end) = (GOOD.find("ST*").unwrap(), GOOD.find("GE*").unwrap());
        let empty = format!("{}{}", &GOOD[..begin], &GOOD[end..]);
        assert_eq!(fault(&empty), count("GE01", 0));
        assert_eq!(fault(&empty.replace("GE*1*", "GE*0*")), Fault::EmptyGroup);
    }

    #[test]
    fn a_ta1_is_outside_groups() {
        let input = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *160405*1354*^*00501*000000907*1*P*:~\
            TA1*000000001*160405*1354*R*023~IEA*0*000000907~";
        let interchange = Interchange::parse(input.as_bytes()).unwrap();
        assert_eq!(interchange.acknowledgements[0].element(5), "023");
    }
}
