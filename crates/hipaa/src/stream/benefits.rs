//! The patients of 271s.

use serde::Serialize;
use std::io::Read as Source;
use std::sync::Arc;

use super::{Collect, Stream};
use crate::eligibility::{Patients, Response};
use mc_x12::Finding;
use mc_x12::units::Unit;

/// The response about one patient.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct StreamedResponse {
    /// ST02 of its transaction set.
    pub control: Arc<str>,
    /// As [`Response::read_all`] returns it; without benefits and rejections where the patient has
    /// neither.
    pub response: Response,
}

/// Returns the responses of a source.
pub type Benefits<R> = Stream<R, BenefitCollector>;

/// Reads the benefits of every patient, subscriber or dependent, of every 271 of a source.
pub fn benefits<R: Source>(source: R) -> Benefits<R> {
    let collector = BenefitCollector {
        control: Arc::from(""),
        patients: Patients::default(),
        before: Vec::new(),
    };
    Stream::new(source, collector)
}

/// The levels above the next patient.
#[derive(Debug)]
pub struct BenefitCollector {
    control: Arc<str>,
    patients: Patients,
    /// What could not be read before the first patient, until that is given.
    before: Vec<Finding<'static>>,
}

impl BenefitCollector {
    fn streamed(&mut self, response: Option<Response>) -> Option<StreamedResponse> {
        let control = Arc::clone(&self.control);
        let response = response?;
        self.before.clear();
        Some(StreamedResponse { control, response })
    }
}

impl Collect for BenefitCollector {
    type Item = StreamedResponse;
    const TRANSACTION: &'static str = "271";
    const UNITS: &'static [&'static str] = &["2000A", "2000B", "2000C", "2000D"];

    fn take(&mut self, unit: Unit<'_>, lost: &mut Vec<Finding<'static>>) -> Option<StreamedResponse> {
        if !unit.is_first {
            let response = self.patients.take(&unit.node, &unit.unread);
            return self.streamed(response);
        }
        let last = self.finish(lost);
        self.control = Arc::from(unit.control);
        self.patients = Patients::new(&unit.node, &unit.unread);
        self.before = unit.unread;
        last
    }

    /// Every level is one of a response.
    fn finish(&mut self, lost: &mut Vec<Finding<'static>>) -> Option<StreamedResponse> {
        let last = self.patients.finish();
        let last = self.streamed(last);
        lost.append(&mut self.before);
        last
    }
}
