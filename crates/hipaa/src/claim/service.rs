//! The service of a line: SV1, SV2 and SV3.

use rust_decimal::Decimal;
use serde::Serialize;

use super::dental::Tooth;
use crate::parts::{At, Procedure, composite, find, list, need, optional, redact_debug, write_all};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};

/// The service of a line, by the kind of claim.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    Professional(ProfessionalService),
    Institutional(InstitutionalService),
    Dental(DentalService),
}

/// SV1.
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct ProfessionalService {
    pub procedure: Procedure,
    pub charge: Option<Decimal>,
    /// SV103: `UN` units, `MJ` minutes.
    pub unit: String,
    pub units: Option<Decimal>,
    /// SV105, where it differs from that of the claim.
    pub place: String,
    /// SV107: diagnosis pointers, the most important first.
    pub pointers: Vec<String>,
    /// SV109; `None` where it is not stated, as the following ones.
    pub is_emergency: Option<bool>,
    /// SV111.
    pub is_screening: Option<bool>,
    /// SV112.
    pub is_family_planning: Option<bool>,
    /// SV115 `0`: the patient owes no copay.
    pub is_copay_exempt: Option<bool>,
}

/// SV2: the service of an institutional claim (837I).
///
/// ```
/// use mc_hipaa::claim::*;
/// use mc_hipaa::parts::{Dated, Name};
/// # use mc_hipaa::parts::{Address, Contact, Demographics};
/// # use mc_x12::{ControlNumbers, Envelope, Party as Partner, Usage};
/// # let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 2).unwrap();
/// # let at = day.and_hms_opt(3, 4, 5).unwrap();
/// # let envelope = Envelope { sender: Partner::mutual("CLINIC"), receiver: Partner::mutual("PAYER"), usage: Usage::Test,
/// #   control: ControlNumbers { interchange: 1, group: 1, transaction: 1 }, created_at: at.and_utc() };
/// let room = InstitutionalService {
///     revenue_code: "0450".into(),
///     charge: Some(100.into()),
///     unit: "UN".into(),
///     units: Some(1.into()),
///     ..InstitutionalService::default()
/// };
/// let lines = vec![ServiceLine::new(Service::Institutional(room), day)];
/// let claim = Claim {
///     dates: vec![Dated::days("434", day, day)],
///     admission: Some(Admission { kind: "1".into(), source: "1".into(), status: "01".into(), ..Admission::default() }),
///     codes: vec![HealthCode::principal("J020"), HealthCode::new("BG", "17")],
///     providers: vec![Provider::new(Name::person("71", "HOUSE", "GREG").with_id("XX", "1234567893"))],
///     ..Claim::new("CLAIM-1", "13", Kind::Institutional, lines) // 13: type of bill
/// };
/// # let subscriber = Subscriber { coverage: Coverage::primary(true, "CI"), payer: Party::payer("PAYER", "99999"),
/// #   claims: vec![claim], person: Person { address: Some(Address::new("1 ELM ST", "BOSTON", "MA", "021100001")),
/// #     demographics: Some(Demographics::new(day, mc_hipaa::eligibility::Gender::Female)),
/// #     ..Person::new(Name::person("IL", "DOE", "JO").with_id("MI", "M1")) }, ..Subscriber::default() };
/// # let clinic = Address::new("1 MAIN ST", "BOSTON", "MA", "021100002");
/// # let billing = BillingProvider { subscribers: vec![subscriber],
/// #   ..BillingProvider::new("CLINIC", "1234567893", "123456789", clinic) };
/// # let providers = vec![billing];
/// # let submitter = Submitter::new("CLINIC", "S1", Contact::new("IC", "HELP DESK").number("TE", "8005550100"));
/// # let receiver = Name::organization("40", "PAYER").with_id("46", "99999");
/// let batch = ClaimBatch { submitter, receiver, providers, ..ClaimBatch::new(Kind::Institutional, "BATCH-1", at) };
/// let text = batch.to_x12(&envelope)?;
/// assert!(text.contains("~CLM*CLAIM-1*100***13:A:1**A*Y*Y~DTP*434*RD8*20260102-20260102~CL1*1*1*01~HI*ABK:J020~HI*BG:17~"));
/// assert!(text.contains("~LX*1~SV2*0450**100*UN*1~DTP*472*D8*20260102~"));
///
/// let interchange = mc_x12::Interchange::parse(text.as_bytes())?; // at the payer
/// assert_eq!(ClaimBatch::read(interchange.transactions().next().unwrap())?.strict()?, batch);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct InstitutionalService {
    /// SV201.
    pub revenue_code: String,
    pub procedure: Option<Procedure>,
    pub charge: Option<Decimal>,
    /// SV204: `UN` units, `DA` days.
    pub unit: String,
    pub units: Option<Decimal>,
    /// SV207.
    pub noncovered: Option<Decimal>,
}

/// SV3 and TOO: the service of a dental claim (837D).
///
/// ```
/// use mc_hipaa::claim::*;
/// use mc_hipaa::parts::Procedure;
/// # use mc_hipaa::parts::{Address, Contact, Demographics, Name};
/// # use mc_x12::{ControlNumbers, Envelope, Party as Partner, Usage};
/// # let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 2).unwrap();
/// # let at = day.and_hms_opt(3, 4, 5).unwrap();
/// # let envelope = Envelope { sender: Partner::mutual("CLINIC"), receiver: Partner::mutual("PAYER"), usage: Usage::Test,
/// #   control: ControlNumbers { interchange: 1, group: 1, transaction: 1 }, created_at: at.and_utc() };
/// let filling = DentalService {
///     procedure: Procedure::new("AD", "D2150"),
///     charge: Some(100.into()),
///     units: Some(1.into()),
///     teeth: vec![Tooth { number: "12".into(), surfaces: vec!["M".into(), "O".into()] }],
///     ..DentalService::default()
/// };
/// let lines = vec![ServiceLine::new(Service::Dental(filling), day)];
/// let claim = Claim::new("CLAIM-1", "11", Kind::Dental, lines);
/// # let subscriber = Subscriber { coverage: Coverage::primary(true, "CI"), payer: Party::payer("PAYER", "99999"),
/// #   claims: vec![claim], person: Person { address: Some(Address::new("1 ELM ST", "BOSTON", "MA", "021100001")),
/// #     demographics: Some(Demographics::new(day, mc_hipaa::eligibility::Gender::Female)),
/// #     ..Person::new(Name::person("IL", "DOE", "JO").with_id("MI", "M1")) }, ..Subscriber::default() };
/// # let clinic = Address::new("1 MAIN ST", "BOSTON", "MA", "021100002");
/// # let billing = BillingProvider { subscribers: vec![subscriber],
/// #   ..BillingProvider::new("CLINIC", "1234567893", "123456789", clinic) };
/// # let providers = vec![billing];
/// # let submitter = Submitter::new("CLINIC", "S1", Contact::new("IC", "HELP DESK").number("TE", "8005550100"));
/// # let receiver = Name::organization("40", "PAYER").with_id("46", "99999");
/// let batch = ClaimBatch { submitter, receiver, providers, ..ClaimBatch::new(Kind::Dental, "BATCH-1", at) };
/// let text = batch.to_x12(&envelope)?;
/// assert!(text.contains("~LX*1~SV3*AD:D2150*100****1~TOO*JP*12*M:O~DTP*472*D8*20260102~"));
///
/// let interchange = mc_x12::Interchange::parse(text.as_bytes())?; // at the payer
/// assert_eq!(ClaimBatch::read(interchange.transactions().next().unwrap())?.strict()?, batch);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct DentalService {
    pub procedure: Procedure,
    pub charge: Option<Decimal>,
    /// SV303, where it differs from that of the claim.
    pub place: String,
    /// SV304: up to five areas of the mouth.
    pub oral_cavity: Vec<String>,
    /// SV305: `I` initial placement, `R` replacement.
    pub prosthesis: String,
    pub units: Option<Decimal>,
    /// SV311.
    pub pointers: Vec<String>,
    pub teeth: Vec<Tooth>,
}

redact_debug!(Service, ProfessionalService, InstitutionalService, DentalService);

impl Service {
    /// The charge.
    pub fn charge(&self) -> Option<Decimal> {
        match self {
            Self::Professional(service) => service.charge,
            Self::Institutional(service) => service.charge,
            Self::Dental(service) => service.charge,
        }
    }

    /// The procedure; an institutional line may have only a revenue code.
    pub fn procedure(&self) -> Option<&Procedure> {
        match self {
            Self::Professional(service) => Some(&service.procedure),
            Self::Institutional(service) => service.procedure.as_ref(),
            Self::Dental(service) => Some(&service.procedure),
        }
    }

    /// The units; absent on a dental line means one.
    pub fn units(&self) -> Option<Decimal> {
        match self {
            Self::Professional(service) => service.units,
            Self::Institutional(service) => service.units,
            Self::Dental(service) => service.units,
        }
    }

    /// The diagnosis pointers.
    pub fn pointers(&self) -> &[String] {
        match self {
            Self::Professional(service) => &service.pointers,
            Self::Institutional(_) => &[],
            Self::Dental(service) => &service.pointers,
        }
    }

    /// A line without SV1, SV2 or SV3 counts as professional.
    pub(super) fn read(node: &Node<'_>) -> Self {
        if let Some(sv2) = find(node, "SV2") {
            return Self::Institutional(InstitutionalService::read(sv2));
        }
        if let Some(sv3) = find(node, "SV3") {
            return Self::Dental(DentalService::read(sv3, list(node)));
        }
        Self::Professional(ProfessionalService::read(need(node, "SV1")))
    }

    pub(super) fn write(&self, out: &mut Builder) -> Result<(), WriteError> {
        match self {
            Self::Professional(service) => out.push(service.line()?),
            Self::Institutional(service) => out.push(service.line()?),
            Self::Dental(service) => {
                out.push(service.line()?)?;
                write_all(out, &service.teeth)
            }
        }
    }
}

impl ProfessionalService {
    fn read(at: At<'_, '_>) -> Self {
        Self {
            procedure: Procedure::read(at, 1).unwrap_or_default(),
            charge: at.number(2),
            unit: at.text(3),
            units: at.number(4),
            place: at.text(5),
            pointers: at.components(7),
            is_emergency: at.yes_no(9),
            is_screening: at.yes_no(11),
            is_family_planning: at.yes_no(12),
            is_copay_exempt: at.code(15, |code| (code == "0").then_some(true)),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        let segment = "SV1";
        let line = Line::new(segment)
            .composite(required(&self.procedure, segment)?, 80)
            .required(&optional(self.charge), 18)
            .required(&self.unit, 2)
            .required(&optional(self.units), 15)
            .data(&self.place, 2)
            .skip(1);
        Ok(pointers(line, &self.pointers, segment, 7)?
            .skip(1)
            .yes_no(self.is_emergency)
            .skip(1)
            .yes_no(self.is_screening)
            .yes_no(self.is_family_planning)
            .skip(2)
            .code(if self.is_copay_exempt == Some(true) { "0" } else { "" }))
    }
}

impl InstitutionalService {
    fn read(at: At<'_, '_>) -> Self {
        Self {
            revenue_code: at.text(1),
            procedure: Procedure::read(at, 2),
            charge: at.number(3),
            unit: at.text(4),
            units: at.number(5),
            noncovered: at.number(7),
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        let procedure = self.procedure.as_ref();
        Ok(Line::new("SV2")
            .required(&self.revenue_code, 48)
            .composite(procedure.map_or(Ok(Vec::new()), |p| p.components("SV2", 2))?, 80)
            .required(&optional(self.charge), 18)
            .required(&self.unit, 2)
            .required(&optional(self.units), 15)
            .skip(1)
            .data(&optional(self.noncovered), 18))
    }
}

impl DentalService {
    fn read(at: At<'_, '_>, teeth: Vec<Tooth>) -> Self {
        Self {
            procedure: Procedure::read(at, 1).unwrap_or_default(),
            charge: at.number(2),
            place: at.text(3),
            oral_cavity: at.components(4),
            prosthesis: at.text(5),
            units: at.number(6),
            pointers: at.components(11),
            teeth,
        }
    }

    fn line(&self) -> Result<Line, WriteError> {
        let segment = "SV3";
        if self.oral_cavity.len() > 5 {
            return Err(WriteError::Form { segment, element: 4 });
        }
        let line = Line::new(segment)
            .composite(required(&self.procedure, segment)?, 80)
            .required(&optional(self.charge), 18)
            .data(&self.place, 2)
            .composite(composite(self.oral_cavity.clone()), 3)
            .data(&self.prosthesis, 1)
            .data(&optional(self.units), 15)
            .skip(4);
        pointers(line, &self.pointers, segment, 11)
    }
}

fn required(procedure: &Procedure, segment: &'static str) -> Result<Vec<String>, WriteError> {
    if procedure.code.is_empty() {
        return Err(WriteError::Missing { segment, element: 1 });
    }
    procedure.components(segment, 1)
}

fn pointers(line: Line, pointers: &[String], segment: &'static str, element: usize) -> Result<Line, WriteError> {
    if pointers.len() > 4 {
        return Err(WriteError::Form { segment, element });
    }
    Ok(line.composite(composite(pointers.to_vec()), 2))
}
