//! The common content of a patient event and its services, loops 2000E and 2000F.

use super::party::Party;
use super::review::{Decision, Rejection, Review};
use crate::claim::{Attachment, HealthCode, health_codes, write_health_codes};
use crate::parts::{Dated, Reference, Trace, first, list, redact_debug, text_of, write_all};
use mc_x12::tree::Node;
use mc_x12::{Builder, Line, WriteError};
use serde::Serialize;

/// The request for an event or a service, and the decision.
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct ReviewSubject {
    pub traces: Vec<Trace>,
    /// In a response: why it could not be reviewed.
    pub rejections: Vec<Rejection>,
    /// Required for the event of a request; for a service where it differs from that of the event.
    pub review: Option<Review>,
    /// In a response.
    pub decision: Option<Decision>,
    /// `BB` number of an earlier certification, `NT` administrative reference.
    pub references: Vec<Reference>,
    /// `AAH` event, `435` admission, `096` discharge, `439` accident, `431` onset; `472` service;
    /// in a response `007` certification period, `102` issued, `036` expires.
    pub dates: Vec<Dated>,
    /// Up to twelve diagnoses of the event; of a service, in a response, the codes that the request
    /// named by range or list.
    pub codes: Vec<HealthCode>,
    pub attachments: Vec<Attachment>,
    /// MSG01.
    pub message: String,
    pub parties: Vec<Party>,
}

redact_debug!(ReviewSubject);

impl ReviewSubject {
    /// Every rejection of the subject and of its parties.
    pub(super) fn rejections(&self) -> impl Iterator<Item = &Rejection> {
        let parties = self.parties.iter().flat_map(|party| &party.rejections);
        self.rejections.iter().chain(parties)
    }

    /// As a response repeats it: traces are echoed; reviews, references, dates and parties are
    /// kept.
    pub(super) fn echoed(&self) -> Self {
        Self {
            traces: self.traces.iter().map(Trace::echo).collect(),
            ..self.clone()
        }
    }

    pub(super) fn read(node: &Node<'_>) -> Self {
        Self {
            traces: list(node),
            rejections: list(node),
            review: first(node),
            decision: first(node),
            references: list(node),
            dates: list(node),
            codes: health_codes(node),
            attachments: list(node),
            message: text_of(node, "MSG", 1),
            parties: Party::read_all(node),
        }
    }

    /// Writes the segments before those specific to events or services.
    pub(super) fn write_first(&self, out: &mut Builder) -> Result<(), WriteError> {
        write_all(out, &self.traces)?;
        write_all(out, &self.rejections)?;
        write_all(out, &self.review)?;
        write_all(out, &self.decision)?;
        write_all(out, &self.references)?;
        write_all(out, &self.dates)?;
        write_health_codes(out, &self.codes)
    }

    /// Writes the segments after those specific to events or services.
    pub(super) fn write_last(&self, out: &mut Builder) -> Result<(), WriteError> {
        write_all(out, &self.attachments)?;
        if !self.message.is_empty() {
            out.push(Line::new("MSG").required(&self.message, 264))?;
        }
        self.parties.iter().try_for_each(|party| party.write(out))
    }
}
