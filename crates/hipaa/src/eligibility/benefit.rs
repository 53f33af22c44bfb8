//! EB and its subordinate segments.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

use super::Rejection;
use crate::parts::{Address, Contact, Delivery, Procedure, Reference};

/// EB12: the network that the benefit applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Network {
    /// `Y`
    In,
    /// `N`
    Out,
    /// `W`: both, or not applicable.
    Both,
    /// `U`, or a code that the guide does not have.
    Unknown,
    /// The element is empty. That does **not** mean in-network.
    NotStated,
}

impl Network {
    /// The network of an EB12.
    pub fn from_code(code: &str) -> Self {
        match code {
            "Y" => Self::In,
            "N" => Self::Out,
            "W" => Self::Both,
            "" => Self::NotStated,
            _ => Self::Unknown,
        }
    }

    /// The EB12 of a network.
    pub fn code(self) -> &'static str {
        match self {
            Self::In => "Y",
            Self::Out => "N",
            Self::Both => "W",
            Self::Unknown => "U",
            Self::NotStated => "",
        }
    }
}

/// The loop of a benefit: the subscriber's or the dependent's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PatientLoop {
    /// 2110C
    Subscriber,
    /// 2110D
    Dependent,
}

/// DTP: a date or a period with its meaning (data element 374).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct DatePeriod {
    /// e.g. `346` plan begin, `292` benefit, `472` service.
    pub qualifier: String,
    pub start: NaiveDate,
    /// Last day of a period (`RD8`); `None` for a single date. Before `start` where the payer sent
    /// it so.
    pub end: Option<NaiveDate>,
}

impl DatePeriod {
    /// Whether the period ends before it starts, as some payers send it.
    pub fn is_reversed(&self) -> bool {
        self.end.is_some_and(|end| end < self.start)
    }
}

/// Loop 2120: another payer, the primary care provider, ...
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct RelatedEntity {
    /// NM101, e.g. `PR` payer, `PRP` primary payer, `P3` primary care provider.
    pub role: String,
    /// NM102: a person, not an organization; `None` where the code is unknown.
    pub is_person: Option<bool>,
    /// NM103.
    pub name: String,
    /// NM104.
    pub given: String,
    /// NM105.
    pub middle: String,
    /// NM107.
    pub suffix: String,
    /// NM108; `PI` where it is absent and an id is written.
    pub id_qualifier: String,
    /// NM109; empty where it is absent.
    pub id: String,
    /// NM110: the relation to the patient, e.g. `01` parent.
    pub relation: String,
    pub address: Option<Address>,
    pub contacts: Vec<Contact>,
    /// PRV01; `PC` where it is absent and a specialty is written.
    pub provider_role: String,
    /// PRV03.
    pub specialty: String,
}

/// III below an EB, other than a place of service.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize)]
pub struct BenefitDetail {
    /// III01: `NI` nature of injury, `GR` national council on compensation insurance.
    pub list: String,
    /// III02.
    pub code: String,
    /// III03: `44` nature of injury, as text.
    pub category: String,
    /// III04.
    pub text: String,
}

/// One EB with its subordinate segments. Codes are those of the standard; an empty element is
/// `None` or empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Benefit {
    /// Loop 2110C or 2110D.
    pub patient: PatientLoop,
    /// EB01 (data element 1390): `1`-`5` active, `6`-`8` inactive, `A` coinsurance, `B` copay, `C`
    /// deductible, `G` out of pocket, ...
    pub info: String,
    /// EB02: `IND`, `FAM`, `EMP`, ...
    pub level: Option<String>,
    /// EB03, repeating (data element 1365).
    pub service_types: Vec<String>,
    /// EB04 (data element 1336).
    pub insurance_type: Option<String>,
    /// EB05, name of the plan.
    pub plan: Option<String>,
    /// EB06 (data element 615): `23` calendar year, `24` year to date, `27` visit, `29` remaining,
    /// ...
    pub period: Option<String>,
    /// EB07, US dollars, exact. Zero is a value.
    pub amount: Option<Decimal>,
    /// EB08 as sent: the patient's share as a fraction (`.2` is 20 %); some payers send a
    /// percentage.
    pub percent: Option<Decimal>,
    /// EB07 or EB08 is stated and could not be read: the figure is absent and not zero, and that of
    /// no other line replaces it.
    pub has_unread_figure: bool,
    /// Something else in the EB or in the segments below it is stated and could not be read: what
    /// the line belongs to is known in part only, and it is put together with no other line.
    pub has_unread_terms: bool,
    /// EB09 (data element 673).
    pub quantity_qualifier: Option<String>,
    /// EB10.
    pub quantity: Option<Decimal>,
    /// EB11: authorization or certification required; `None` for `U` or empty.
    pub authorization_required: Option<bool>,
    /// EB12.
    pub network: Network,
    /// EB13: a procedure, or a range of procedures.
    pub procedure: Option<Procedure>,
    /// MSG01 below this EB. Two EB that differ only in messages are two benefits.
    pub messages: Vec<String>,
    /// III*ZZ below this EB: place of service.
    pub places_of_service: Vec<String>,
    /// EB14: diagnosis pointers of the inquiry.
    pub pointers: Vec<String>,
    /// III below this EB with another list.
    pub details: Vec<BenefitDetail>,
    /// REF below this EB, e.g. `18` plan, `6P` group, `9F` referral, `G1` authorization.
    pub references: Vec<Reference>,
    /// AAA below this EB: this part of the question has no answer. [`Response::rejections`] has
    /// them too.
    ///
    /// [`Response::rejections`]: super::Response::rejections
    pub rejections: Vec<Rejection>,
    /// HSD below this EB.
    pub deliveries: Vec<Delivery>,
    /// DTP below this EB.
    pub dates: Vec<DatePeriod>,
    /// Loop 2120.
    pub related: Vec<RelatedEntity>,
}

impl Benefit {
    /// A benefit of the subscriber with this EB01 and nothing else.
    pub fn new(info: impl Into<String>) -> Self {
        Self {
            patient: PatientLoop::Subscriber,
            info: info.into(),
            level: None,
            service_types: Vec::new(),
            insurance_type: None,
            plan: None,
            period: None,
            amount: None,
            percent: None,
            has_unread_figure: false,
            has_unread_terms: false,
            quantity_qualifier: None,
            quantity: None,
            authorization_required: None,
            network: Network::NotStated,
            procedure: None,
            pointers: Vec::new(),
            details: Vec::new(),
            references: Vec::new(),
            rejections: Vec::new(),
            messages: Vec::new(),
            places_of_service: Vec::new(),
            deliveries: Vec::new(),
            dates: Vec::new(),
            related: Vec::new(),
        }
    }

    /// Sets EB02.
    pub fn level(mut self, code: impl Into<String>) -> Self {
        self.level = Some(code.into());
        self
    }

    /// Adds service types (EB03).
    pub fn services<S: Into<String>>(mut self, codes: impl IntoIterator<Item = S>) -> Self {
        self.service_types.extend(codes.into_iter().map(Into::into));
        self
    }

    /// Sets insurance type (EB04) and plan (EB05).
    pub fn plan(mut self, insurance_type: impl Into<String>, name: impl Into<String>) -> Self {
        self.insurance_type = Some(insurance_type.into());
        self.plan = Some(name.into());
        self
    }

    /// Sets EB06.
    pub fn period(mut self, code: impl Into<String>) -> Self {
        self.period = Some(code.into());
        self
    }

    /// Sets EB07.
    pub fn amount(mut self, dollars: Decimal) -> Self {
        self.amount = Some(dollars);
        self
    }

    /// Sets EB08, a fraction.
    pub fn percent(mut self, fraction: Decimal) -> Self {
        self.percent = Some(fraction);
        self
    }

    /// Sets EB12.
    pub fn network(mut self, network: Network) -> Self {
        self.network = network;
        self
    }

    /// Adds a MSG.
    pub fn message(mut self, text: impl Into<String>) -> Self {
        self.messages.push(text.into());
        self
    }

    /// Adds an HSD.
    pub fn delivery(mut self, delivery: Delivery) -> Self {
        self.deliveries.push(delivery);
        self
    }

    /// Adds an entity of loop 2120.
    pub fn related(mut self, entity: RelatedEntity) -> Self {
        self.related.push(entity);
        self
    }

    /// The entity of loop 2120 with one of these roles.
    pub fn related_as(&self, roles: &[&str]) -> Option<&RelatedEntity> {
        self.related.iter().find(|entity| roles.contains(&entity.role.as_str()))
    }

    /// EB01 in 1 to 5.
    pub fn is_active_coverage(&self) -> bool {
        matches!(self.info.as_str(), "1" | "2" | "3" | "4" | "5")
    }

    /// EB01 in 6 to 8.
    pub fn is_inactive_coverage(&self) -> bool {
        matches!(self.info.as_str(), "6" | "7" | "8")
    }
}
