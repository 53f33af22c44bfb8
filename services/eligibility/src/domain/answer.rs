//! What a payer's 271 means for the inquiry.

use super::money::{money, period, remaining};
use super::{
    CoinsuranceAlternative, CopayAlternative, LimitFigures, Referral, Rejection, RejectionClass, StatedLimit,
    UnreadPart,
};
use mc_hipaa::eligibility::{LimitKind, LimitPlace, Response, Status};
use mc_vocabulary::Money;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Coverage of the requested service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CoverageStatus {
    /// Covered.
    Active,
    /// The coverage has ended or is suspended.
    Inactive,
    /// The service is not covered.
    NotCovered,
    /// The payer gave no status for the service; `referrals` name who may.
    NotStated,
}

/// For which network the amounts hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NetworkStatus {
    /// Providers of the plan.
    InNetwork,
    /// All others.
    OutOfNetwork,
    /// Both.
    Both,
    /// The payer states that it does not know.
    Unknown,
    /// The payer does not state it; that does not mean in-network.
    NotStated,
}

/// The patient's deductible.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Deductible {
    /// For the whole period.
    pub total: Option<Money>,
    /// What is left of it.
    pub remaining: Option<Money>,
    /// Whether `remaining` is total less year to date, because the payer did not state it.
    pub remaining_is_derived: bool,
    /// Year to date.
    #[serde(default)]
    pub met: Option<Money>,
    /// The period of the total, e.g. `calendar_year`.
    #[serde(default)]
    pub period: Option<String>,
    /// The payer states an amount that means "no limit".
    #[serde(default)]
    pub no_limit: bool,
    /// The payer's figures do not agree with one another; they are shown as stated.
    #[serde(default)]
    pub conflicting: bool,
    /// The payer's text.
    #[serde(default)]
    pub conditions: Vec<String>,
}

/// The facts of an answer. None means "not stated"; zero means zero.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Coverage of the requested service.
    pub status: CoverageStatus,
    /// Name of the plan.
    pub plan: Option<String>,
    /// The patient's fixed share of the visit.
    pub copay: Option<Money>,
    /// What the copay is due for.
    #[serde(default)]
    pub copay_period: Option<String>,
    /// The payer's text about the copay.
    #[serde(default)]
    pub copay_conditions: Vec<String>,
    /// Other copays of the same service and network.
    pub copay_alternatives: Vec<CopayAlternative>,
    /// The patient's share, 20 for 20 %.
    pub coinsurance_percent: Option<Decimal>,
    /// The payer's text about the coinsurance.
    #[serde(default)]
    pub coinsurance_conditions: Vec<String>,
    /// Other shares of the same service and network.
    #[serde(default)]
    pub coinsurance_alternatives: Vec<CoinsuranceAlternative>,
    /// The patient's deductible.
    pub deductible: Deductible,
    /// The deductible of the family.
    #[serde(default)]
    pub family_deductible: Option<LimitFigures>,
    /// What the patient pays at most.
    #[serde(default)]
    pub out_of_pocket: Option<LimitFigures>,
    /// Remaining amount until the plan pays everything.
    pub out_of_pocket_remaining: Option<Money>,
    /// What the family pays at most.
    #[serde(default)]
    pub family_out_of_pocket: Option<LimitFigures>,
    /// Every limit stated for the service.
    #[serde(default)]
    pub limits: Vec<StatedLimit>,
    /// Who answers for the service where the plan as a whole does not.
    #[serde(default)]
    pub referrals: Vec<Referral>,
    /// For which network the amounts hold.
    pub network: NetworkStatus,
}

/// A payer's answer: facts, rejections, or facts for one service and a rejection of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// None where it only rejects.
    pub facts: Option<Facts>,
    /// Every AAA.
    pub rejections: Vec<Rejection>,
    /// What could not be read.
    #[serde(default)]
    pub unread: Vec<UnreadPart>,
}

/// What kind of answer a 271 is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayerReply {
    /// It answers the inquiry.
    Answered(Answer),
    /// It rejects the inquiry with reasons.
    Rejected(Answer),
    /// Only rejections that a later attempt can cure.
    Busy(Vec<Rejection>),
}

impl PayerReply {
    /// Reads a 271 for one service type.
    pub fn of(response: &Response, service_type: &str) -> Self {
        let rejections: Vec<Rejection> = response.rejections.iter().map(Rejection::from).collect();
        if !response.benefits.is_empty() {
            let facts = Some(Facts::of(response, service_type));
            let unread = UnreadPart::list(&response.unread);
            return Self::Answered(Answer {
                facts,
                rejections,
                unread,
            });
        }
        if rejections
            .iter()
            .all(|rejection| rejection.class == RejectionClass::Retry)
        {
            return Self::Busy(rejections);
        }
        Self::Rejected(Answer {
            facts: None,
            rejections,
            unread: UnreadPart::list(&response.unread),
        })
    }
}

impl Facts {
    /// What a 271 states about one service type.
    pub fn of(response: &Response, service_type: &str) -> Self {
        let summary = response.summary(service_type);
        let referred = summary
            .referrals
            .iter()
            .filter_map(|index| response.benefits.get(*index));
        let shown = |kind, place| LimitFigures::shown(&summary, kind, place);
        let (deductible, out_of_pocket) = (LimitKind::Deductible, LimitKind::OutOfPocket);
        let copay = summary.copay_terms.as_ref();
        let coinsurance = summary.coinsurance_terms.as_ref();
        Self {
            status: match summary.status {
                Status::Active => CoverageStatus::Active,
                Status::Inactive => CoverageStatus::Inactive,
                Status::NotCovered => CoverageStatus::NotCovered,
                Status::NotStated => CoverageStatus::NotStated,
            },
            referrals: referred.map(Referral::from).collect(),
            copay: money(summary.copay),
            copay_period: copay.and_then(period),
            copay_conditions: copay.map(|terms| terms.messages.clone()).unwrap_or_default(),
            coinsurance_percent: summary.coinsurance_percent,
            coinsurance_conditions: coinsurance.map(|terms| terms.messages.clone()).unwrap_or_default(),
            deductible: shown(deductible, LimitPlace::Patient).unwrap_or_default().into(),
            family_deductible: shown(deductible, LimitPlace::Family),
            out_of_pocket: shown(out_of_pocket, LimitPlace::Patient),
            out_of_pocket_remaining: remaining(summary.out_of_pocket_remaining),
            family_out_of_pocket: shown(out_of_pocket, LimitPlace::Family),
            network: summary.network.into(),
            plan: summary.plan,
            copay_alternatives: summary
                .copay_alternatives
                .into_iter()
                .filter_map(CopayAlternative::of)
                .collect(),
            coinsurance_alternatives: summary.coinsurance_alternatives.into_iter().map(Into::into).collect(),
            limits: summary.limits.into_iter().map(StatedLimit::from).collect(),
        }
    }
}

impl From<LimitFigures> for Deductible {
    fn from(figures: LimitFigures) -> Self {
        Self {
            total: figures.total,
            remaining: figures.remaining,
            remaining_is_derived: figures.remaining_is_derived,
            met: figures.met,
            period: figures.period,
            no_limit: figures.no_limit,
            conflicting: figures.conflicting,
            conditions: figures.conditions,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The facts of an answer as they were stored until December 2026.
    const STORED: &str = r#"{"facts":{"status":"active","plan":"GOLD","copay":{"minor":2500,"currency":"usd"},
        "copay_alternatives":[{"amount":{"minor":4050,"currency":"usd"},"conditions":["SPECIALIST"]}],
        "coinsurance_percent":"20","deductible":{"total":{"minor":150000,"currency":"usd"},
        "remaining":{"minor":45000,"currency":"usd"},"remaining_is_derived":false},
        "out_of_pocket_remaining":null,"network":"in_network"},"rejections":[]}"#;

    #[test]
    fn an_answer_stored_before_the_new_fields_is_read() {
        let answer: Answer = serde_json::from_str(STORED).unwrap();
        assert!(answer.unread.is_empty());
        let facts = answer.facts.unwrap();
        assert_eq!(facts.copay.map(|copay| copay.minor), Some(2500));
        assert_eq!(
            (facts.copay_period, facts.copay_alternatives[0].period.as_deref()),
            (None, None)
        );
        assert!(facts.limits.is_empty() && facts.referrals.is_empty() && facts.out_of_pocket.is_none());
        assert!(!facts.deductible.no_limit && facts.deductible.met.is_none());
    }

    #[test]
    fn what_is_stored_is_read_back_equal() {
        let segments = "EB*1**30*HM*GOLD~EB*B*IND*30***36*250*****Y~EB*B*IND*30***27*30*****Y~\
            EB*C*FAM*30***23*99999.99*****Y~EB*C*IND*30***23*1500*****Y~EB*C*IND*30***29*700*****Y~\
            EB*G*FAM*30***23*4000*****Y~EB*G*FAM*30***29*2351.02*****Y~EB*U**88~MSG*CALL~LS*2120~NM1*PR*2*PBM~\
            PER*IC**TE*8005550100~LE*2120~";
        let response = Response::parse(&interchange(segments)).unwrap();
        let facts = Facts::of(&response, "30");
        assert_eq!(facts.copay.map(|copay| copay.minor), Some(3000));
        assert_eq!(facts.copay_period.as_deref(), Some("visit"));
        assert_eq!(facts.copay_alternatives[0].period.as_deref(), Some("admission"));
        assert!(facts.family_deductible.as_ref().unwrap().no_limit);
        let family = facts.family_out_of_pocket.as_ref().unwrap();
        assert_eq!(family.remaining.map(|left| left.minor), Some(235_102));
        assert_eq!((facts.limits.len(), facts.limits[1].shown_as.is_some()), (3, true));
        let stored = serde_json::to_string(&facts).unwrap();
        assert_eq!(serde_json::from_str::<Facts>(&stored).unwrap(), facts);

        let pharmacy = Facts::of(&response, "88");
        assert_eq!((pharmacy.status, pharmacy.copay), (CoverageStatus::NotStated, None));
        let referral = &pharmacy.referrals[0];
        assert_eq!(
            (referral.contacts[0].name.as_str(), referral.messages[0].as_str()),
            ("PBM", "CALL")
        );
        assert_eq!(referral.contacts[0].numbers, ["8005550100"]);
    }

    #[test]
    fn an_amount_that_cannot_be_read_is_absent_and_listed_and_the_rest_is_known() {
        let segments = "EB*1**30*HM*GOLD~EB*B*IND*30***27*3O*****Y~EB*C*IND*30***23*1500*****Y~";
        let response = Response::parse(&interchange(segments)).unwrap();
        let reply = PayerReply::of(&response, "30");
        let PayerReply::Answered(answer) = reply else {
            unreachable!()
        };
        let facts = answer.facts.unwrap();
        assert_eq!(facts.copay, None);
        assert_eq!(facts.deductible.total.map(|total| total.minor), Some(150_000));
        let unread = &answer.unread[0];
        assert_eq!(
            (unread.id.as_str(), unread.r#loop.as_str(), unread.element),
            ("EB", "2110C", Some(7))
        );
        assert!(!unread.message.contains("3O"), "{}", unread.message);
        assert_eq!(answer.unread.len(), 1);
    }

    fn interchange(segments: &str) -> Vec<u8> {
        let isa = format!(
            "ISA*00*{0:10}*00*{0:10}*ZZ*{1:15}*ZZ*{1:15}*260102*0304*^*00501*000000001*0*T*:~",
            "", "PARTY"
        );
        let body = format!(
            "BHT*0022*11*R1*20260102*0304~HL*1**20*1~NM1*PR*2*PAYER*****PI*99999~HL*2*1*21*1~\
             NM1*1P*2*CLINIC*****XX*1234567893~HL*3*2*22*0~TRN*2*T1*9CLINIC001~NM1*IL*1*DOE*JO****MI*M1~{segments}"
        );
        let count = body.matches('~').count() + 2;
        let group = "GS*HB*A*B*20260102*0304*1*X*005010X279A1~ST*271*0001*005010X279A1~";
        format!("{isa}{group}{body}SE*{count}*0001~GE*1*1~IEA*1*000000001~").into_bytes()
    }
}
