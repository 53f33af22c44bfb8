//! Reads a benefit with its subordinate segments.

use super::{Benefit, BenefitDetail, DatePeriod, Level, Network, PatientLoop, Rejection, RelatedEntity};
use crate::parts::{At, Part, Procedure, date};

impl Rejection {
    pub(super) fn read(aaa: At<'_, '_>, level: Level) -> Self {
        Self {
            level,
            request_valid: aaa.yes_no(1),
            code: aaa.text(3),
            follow_up: aaa.text(4),
        }
    }
}

impl DatePeriod {
    /// `None` for an unreadable date.
    pub(super) fn read(dtp: At<'_, '_>) -> Option<Self> {
        let text = dtp.element(3);
        let (start, end) = match (dtp.element(2), text.split_once('-')) {
            ("RD8", Some((start, end))) => (date(start)?, Some(date(end)?)),
            _ => (date(text)?, None),
        };
        Some(Self {
            qualifier: dtp.text(1),
            start,
            end,
        })
    }
}

impl Benefit {
    pub(super) fn read(eb: At<'_, '_>, patient: PatientLoop) -> Self {
        let some = |n: usize| some(eb, n);
        let is_unread = |n: usize| eb.is_stated(n) && eb.number(n).is_none();
        let pointers = eb.components(14).into_iter().filter(|pointer| !pointer.is_empty());
        Self {
            patient,
            level: some(2),
            service_types: service_types(eb),
            insurance_type: some(4),
            plan: some(5),
            period: some(6),
            amount: eb.number(7),
            percent: eb.number(8),
            has_unread_figure: is_unread(7) || is_unread(8),
            has_unread_terms: is_unread(10)
                || !matches!(eb.text(11).as_str(), "" | "Y" | "N" | "U")
                || [12, 13, 14].iter().any(|n| eb.is_stated(*n) && eb.is_empty(*n)),
            quantity_qualifier: some(9),
            quantity: eb.number(10),
            authorization_required: eb.yes_no(11),
            network: eb
                .code(12, |_| Some(Network::from_code(&eb.text(12))))
                .unwrap_or(Network::NotStated),
            procedure: procedure(eb),
            pointers: pointers.collect(),
            ..Self::new(eb.text(1))
        }
    }

    /// A segment below the EB.
    pub(super) fn detail(&mut self, segment: At<'_, '_>) {
        let text = |n: usize| segment.text(n);
        self.has_unread_terms |= is_unread(segment);
        match segment.id() {
            "DTP" => self.dates.extend(DatePeriod::read(segment)),
            "HSD" => self.deliveries.push(Part::read(segment)),
            "REF" => self.references.push(Part::read(segment)),
            "MSG" => self.messages.push(text(1)),
            "III" if segment.element(1) == "ZZ" => self.places_of_service.push(text(2)),
            "III" => self.details.push(BenefitDetail {
                list: text(1),
                code: text(2),
                category: text(3),
                text: text(4),
            }),
            "NM1" => self.related.push(RelatedEntity {
                role: text(1),
                is_person: segment.either(2, "1", "2"),
                name: text(3),
                given: text(4),
                middle: text(5),
                suffix: text(7),
                id_qualifier: text(8),
                id: text(9),
                relation: text(10),
                ..RelatedEntity::default()
            }),
            _ => {
                let Some(entity) = self.related.last_mut() else {
                    return;
                };
                match segment.id() {
                    "N3" | "N4" => entity.address.get_or_insert_default().take(segment),
                    "PER" => entity.contacts.push(Part::read(segment)),
                    "PRV" => (entity.provider_role, entity.specialty) = (text(1), text(3)),
                    _ => {}
                }
            }
        }
    }
}

/// EB03. A code that is not UTF-8 is an empty one, so that it does not count as absent.
fn service_types(eb: At<'_, '_>) -> Vec<String> {
    let mut all = eb.repetitions(3);
    if eb.is_stated(3) && eb.is_empty(3) {
        all.push(String::new());
    }
    all
}

/// EB13. One that is not UTF-8 is an empty one, so that it does not count as absent.
fn procedure(eb: At<'_, '_>) -> Option<Procedure> {
    let unread = || eb.is_stated(13).then(Procedure::default);
    Procedure::read(eb, 13).or_else(unread)
}

/// Whether a segment below an EB states something that is absent from its value.
fn is_unread(segment: At<'_, '_>) -> bool {
    let stated = |n: usize| segment.is_stated(n);
    match segment.id() {
        "DTP" => DatePeriod::read(segment).is_none(),
        "HSD" => [2, 4, 6].iter().any(|n| stated(*n) && segment.number(*n).is_none()),
        "NM1" => stated(2) && segment.either(2, "1", "2").is_none(),
        "REF" => stated(4) && segment.is_empty(4),
        _ => false,
    }
}

/// Element `n`; `None` where it is absent.
pub(super) fn some(at: At<'_, '_>, n: usize) -> Option<String> {
    Some(at.text(n)).filter(|text| !text.is_empty())
}
