//! What makes a segment or element required or not allowed, for each situational rule whose error
//! a 999 carries.

use super::outcome::SituationalTrigger;
use crate::check::Situation;
use crate::finding::{Finding, FindingKind, Place};
use crate::guide::ids;
use crate::walk::Placed;

/// The position in the transaction set of the segment that is being checked, and of the last ones
/// that may be triggers.
#[derive(Debug, Default)]
pub(super) struct Positions {
    current: u32,
    /// SBR of the subscriber.
    subscriber: u32,
    /// CLM.
    claim: u32,
    /// CR1 of the claim.
    transport: u32,
}

impl Positions {
    /// Takes the next segment of the transaction set.
    pub(super) fn take(&mut self, placed: Option<&Placed>) {
        self.current = self.current.saturating_add(1);
        let Some(placed) = placed else { return };
        match (placed.of.id, placed.within.id) {
            (ids::SBR, "2000B") => self.subscriber = self.current,
            (ids::CLM, _) => self.claim = self.current,
            (ids::CR1, "2300") => self.transport = self.current,
            _ => {}
        }
    }
}

/// Where a trigger is.
#[derive(Clone, Copy)]
enum At {
    /// In the segment that has the position of the finding.
    Here,
    Subscriber,
    Claim,
    Transport,
}

/// A trigger: where it is, its segment and loop (empty: that of the finding), its element and
/// component, and the data element number.
type Row = (At, &'static str, &'static str, (u8, u8), u16);

fn row(rule: Situation, place: &Place) -> Option<Row> {
    use Situation as S;
    let is_of_coverage = place.loop_id == "2300";
    Some(match rule {
        S::PatientAndSubscriber | S::PatientUnknown | S::SubscriberAddress => {
            (At::Subscriber, "SBR", "2000", (2, 0), 1069)
        }
        S::PatientNotStated => (At::Claim, "CLM", "2300", (0, 0), 0),
        S::SubscriberId => (At::Here, "NM1", "", (2, 0), 1065),
        S::State | S::PostalCode => (At::Here, "N4", "", (4, 0), 26),
        S::PayerClaimNumber => (At::Here, "CLM", "2300", (5, 3), 1325),
        S::AccidentDate | S::AccidentState => (At::Here, "CLM", "2300", (11, 1), 1362),
        S::AmbulancePickUp => (At::Transport, "CR1", "2300", (0, 0), 0),
        S::OtherPayerPaid => (At::Here, "SBR", "2320", (0, 0), 0),
        S::NoServiceRequested | S::NothingAnswered => (At::Here, "HL", "2000", (3, 0), 735),
        S::TerminationDate if is_of_coverage => (At::Here, "HD", "2300", (1, 0), 875),
        S::TerminationDate => (At::Here, "INS", "2000", (3, 0), 875),
        _ => return None,
    })
}

/// The trigger of a finding; `None` for findings of other kinds.
pub(super) fn of(finding: &Finding<'_>, positions: &Positions) -> Option<SituationalTrigger> {
    let FindingKind::Situation(rule) = finding.kind else {
        return None;
    };
    let (at, id, loop_id, (element, component), number) = row(rule, &finding.place)?;
    let position = match at {
        At::Here => finding.place.position,
        At::Subscriber => positions.subscriber,
        At::Claim => positions.claim,
        At::Transport => positions.transport,
    };
    let loop_id = if loop_id.is_empty() {
        finding.place.loop_id
    } else {
        loop_id
    };
    // The guide requires the position.
    (position > 0).then(|| SituationalTrigger {
        id: id.to_owned(),
        position: Some(position),
        // The base standard's number: 2010 for 2010AA.
        loop_id: loop_id.chars().take(4).collect(),
        at: (element > 0).then_some((element, component, 1)),
        number,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Code, Severity};

    #[test]
    fn each_error_about_what_is_missing_or_too_much_has_a_trigger() {
        let place = Place::default();
        for rule in Situation::ALL {
            let is_situational = matches!(rule.code(), Code::Segment("I6" | "I9") | Code::Element("I9"));
            // Its trigger is one of several segments before it.
            let is_situational = is_situational && *rule != Situation::LiabilityTwice;
            let has_row = row(*rule, &place).is_some();
            assert_eq!(
                has_row,
                is_situational && rule.severity() == Severity::Error,
                "{rule:?}"
            );
        }
    }
}
