//! Segment ids to compare with: a number each, where a text would be compared byte by byte.

use super::Id;

pub(crate) const AAA: Id = Id::new("AAA");
pub(crate) const AMT: Id = Id::new("AMT");
pub(crate) const BHT: Id = Id::new("BHT");
pub(crate) const BPR: Id = Id::new("BPR");
pub(crate) const CAS: Id = Id::new("CAS");
pub(crate) const CLM: Id = Id::new("CLM");
pub(crate) const CLP: Id = Id::new("CLP");
pub(crate) const DMG: Id = Id::new("DMG");
pub(crate) const EB: Id = Id::new("EB");
pub(crate) const GE: Id = Id::new("GE");
pub(crate) const GS: Id = Id::new("GS");
pub(crate) const HI: Id = Id::new("HI");
pub(crate) const HL: Id = Id::new("HL");
pub(crate) const IEA: Id = Id::new("IEA");
pub(crate) const ISA: Id = Id::new("ISA");
pub(crate) const LX: Id = Id::new("LX");
pub(crate) const N1: Id = Id::new("N1");
pub(crate) const NM1: Id = Id::new("NM1");
pub(crate) const PLB: Id = Id::new("PLB");
pub(crate) const REF: Id = Id::new("REF");
pub(crate) const SBR: Id = Id::new("SBR");
pub(crate) const SE: Id = Id::new("SE");
pub(crate) const ST: Id = Id::new("ST");
pub(crate) const SV1: Id = Id::new("SV1");
pub(crate) const SV2: Id = Id::new("SV2");
pub(crate) const SV3: Id = Id::new("SV3");
pub(crate) const SVC: Id = Id::new("SVC");
pub(crate) const SVD: Id = Id::new("SVD");
pub(crate) const TA1: Id = Id::new("TA1");
