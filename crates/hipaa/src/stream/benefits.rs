//! The patients of 271s.

use serde::Serialize;
use std::io::Read as Source;
use std::sync::Arc;

use super::{Collect, Stream};
use crate::eligibility::{Patients, Response};
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
    };
    Stream::new(source, collector)
}

/// The levels above the next patient.
#[derive(Debug)]
pub struct BenefitCollector {
    control: Arc<str>,
    patients: Patients,
}

impl BenefitCollector {
    fn streamed(&self, response: Option<Response>) -> Option<StreamedResponse> {
        let control = Arc::clone(&self.control);
        response.map(|response| StreamedResponse { control, response })
    }
}

impl Collect for BenefitCollector {
    type Item = StreamedResponse;
    const TRANSACTION: &'static str = "271";
    const UNITS: &'static [&'static str] = &["2000A", "2000B", "2000C", "2000D"];

    fn take(&mut self, unit: Unit<'_>) -> Option<StreamedResponse> {
        if !unit.is_first {
            let response = self.patients.take(&unit.node, &unit.unread);
            return self.streamed(response);
        }
        let last = self.finish();
        self.control = Arc::from(unit.control);
        self.patients = Patients::new(&unit.node, &unit.unread);
        last
    }

    fn finish(&mut self) -> Option<StreamedResponse> {
        let last = self.patients.finish();
        self.streamed(last)
    }
}
