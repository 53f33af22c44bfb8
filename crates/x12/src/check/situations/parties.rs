//! 837: the billing provider, the subscriber as the patient, and the providers of a claim.

use super::other_payer::Order;
use super::{Situation as S, Step, broken};
use crate::check::balance::OnFinding;
use crate::finding::Place;
use crate::guide::ids;

/// The current billing provider, where it has no NPI.
#[derive(Debug, Default)]
pub(super) struct Billing {
    without_npi: Option<Place>,
    /// The current payer knows it by another id.
    has_id: bool,
}

impl Billing {
    /// Begins another subscriber, whose payer may know the provider by an id.
    pub(super) fn next_subscriber(&mut self) {
        self.has_id = false;
    }

    pub(super) fn take(&mut self, step: &Step<'_, '_>) {
        match (step.id(), step.within) {
            (ids::NM1, "2010AA") => self.without_npi = step.is_empty(9).then(|| step.at(9, 0)),
            (ids::REF, "2010BB") if matches!(step.bytes(1), b"G2" | b"LU") => self.has_id = true,
            _ => {}
        }
    }

    /// Reports the first claim whose payer cannot identify the provider.
    pub(super) fn claim(&mut self, on_finding: &mut OnFinding<'_>) {
        if let Some(place) = self.without_npi.take_if(|_| !self.has_id) {
            broken(S::BillingProviderId, place, on_finding);
        }
    }
}

/// The subscriber of the current level.
#[derive(Debug)]
pub(super) struct Subscriber {
    /// The place of SBR02.
    place: Place,
    name: Place,
    pub(super) is_patient: bool,
    /// SBR02 is another value, which has been reported.
    is_wrong: bool,
    has_street: bool,
    has_city: bool,
    has_demographics: bool,
    /// Whether what is missing about the patient has been reported.
    reported: bool,
    pub(super) order: Order,
}

impl Subscriber {
    pub(super) fn of(sbr: &Step<'_, '_>) -> Self {
        Self {
            place: sbr.at(2, 0),
            name: *sbr.place,
            is_patient: sbr.bytes(2) == b"18",
            is_wrong: !matches!(sbr.bytes(2), b"18" | b""),
            has_street: false,
            has_city: false,
            has_demographics: false,
            reported: false,
            order: Order::of(sbr.bytes(1)),
        }
    }

    /// A segment of 2010BA.
    pub(super) fn take(&mut self, step: &Step<'_, '_>) {
        match step.id() {
            ids::NM1 => self.name = *step.place,
            ids::N3 => self.has_street = true,
            ids::N4 => self.has_city = true,
            ids::DMG => self.has_demographics = true,
            _ => {}
        }
    }

    /// Checks the subscriber of a claim about the subscriber.
    pub(super) fn claim(&mut self, on_finding: &mut OnFinding<'_>) {
        if std::mem::replace(&mut self.reported, true) {
            return;
        }
        if !self.is_patient {
            if !self.is_wrong {
                broken(S::PatientNotStated, self.place, on_finding);
            }
            return;
        }
        for (of, id, is_given) in [
            (S::SubscriberAddress, "N3", self.has_street),
            (S::SubscriberAddress, "N4", self.has_city || !self.has_street),
            (S::PatientUnknown, "DMG", self.has_demographics),
        ] {
            if !is_given {
                let loop_id = "2010BA";
                broken(
                    of,
                    Place {
                        id,
                        loop_id,
                        ..self.name
                    },
                    on_finding,
                );
            }
        }
    }
}

/// The NPI of the claim's rendering provider, packed.
#[derive(Debug, Default)]
pub(super) struct Rendering(Option<[u8; 10]>);

impl Rendering {
    /// A name of a provider of the claim.
    pub(super) fn take(&mut self, nm1: &Step<'_, '_>, on_finding: &mut OnFinding<'_>) {
        let npi = nm1.bytes(9).try_into().ok();
        match (nm1.bytes(1), nm1.within) {
            (b"82", "2310B") => self.0 = npi,
            (b"DQ", "2310D" | "2310E") if npi.is_some() && npi == self.0 => {
                broken(S::SupervisingProvider, nm1.at(9, 0), on_finding);
            }
            _ => {}
        }
    }
}
