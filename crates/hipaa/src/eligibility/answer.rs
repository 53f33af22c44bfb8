//! Writes a 271 as a payer; the payer of the test mode uses it.

use chrono::{DateTime, NaiveDate, Utc};

use super::benefit_write::{date, write_benefit};
use super::inquiry::organization;
use super::{Benefit, DatePeriod, Inquiry, Level, Rejection, Subscriber, Trace, VERSION};
use mc_x12::{Builder, ControlNumbers, Delimiters, Header, Line, TransactionKind, WriteError};

/// A 271 under construction, in response to one 270.
#[derive(Debug, Clone)]
pub struct ResponseBuilder<'i> {
    inquiry: &'i Inquiry,
    subscriber: Subscriber,
    corrected: bool,
    control: ControlNumbers,
    answered_at: DateTime<Utc>,
    payer_trace: Option<Trace>,
    plan_begins: Option<NaiveDate>,
    rejections: Vec<Rejection>,
    benefits: Vec<Benefit>,
}

impl<'i> ResponseBuilder<'i> {
    /// A response to `inquiry`: parties swapped, reference and trace number echoed.
    pub fn answering(inquiry: &'i Inquiry, control: ControlNumbers, answered_at: DateTime<Utc>) -> Self {
        Self {
            inquiry,
            subscriber: inquiry.subscriber.clone(),
            corrected: false,
            control,
            answered_at,
            payer_trace: None,
            plan_begins: None,
            rejections: Vec::new(),
            benefits: Vec::new(),
        }
    }

    /// The payer's own trace (TRN*1); `originator` has ten characters.
    pub fn payer_trace(mut self, number: impl Into<String>, originator: impl Into<String>) -> Self {
        self.payer_trace = Some(Trace::new(number, originator));
        self
    }

    /// The payer has other demographics of the person (INS*Y*18*001*25).
    pub fn corrected(mut self, subscriber: Subscriber) -> Self {
        self.subscriber = subscriber;
        self.corrected = true;
        self
    }

    /// DTP*346.
    pub fn plan_begins(mut self, day: NaiveDate) -> Self {
        self.plan_begins = Some(day);
        self
    }

    /// Adds an EB with its subordinate segments.
    pub fn benefit(mut self, benefit: Benefit) -> Self {
        self.benefits.push(benefit);
        self
    }

    /// Adds an AAA. One at the payer's or provider's level ends the response there, as the guide
    /// defines: it has no subscriber loop with trace numbers, and is matched by BHT03.
    pub fn reject(
        mut self,
        level: Level,
        request_valid: bool,
        code: impl Into<String>,
        follow_up: impl Into<String>,
    ) -> Self {
        self.rejections.push(Rejection {
            level,
            request_valid: Some(request_valid),
            code: code.into(),
            follow_up: follow_up.into(),
        });
        self
    }

    /// Writes the interchange.
    ///
    /// # Errors
    /// [`WriteError`] naming the field that does not fit.
    pub fn to_x12(&self) -> Result<String, WriteError> {
        let mut out = Builder::new(&self.header(), Delimiters::STANDARD)?;
        let (day, time) = (
            self.answered_at.format("%Y%m%d").to_string(),
            self.answered_at.format("%H%M%S").to_string(),
        );
        out.push(
            Line::new("BHT")
                .code("0022")
                .code("11")
                .data(&self.inquiry.reference, 50)
                .data(&day, 8)
                .data(&time, 6),
        )?;
        let deeper = |levels: &[Level]| {
            if self.rejections.iter().any(|r| levels.contains(&r.level)) {
                "0"
            } else {
                "1"
            }
        };
        let source = deeper(&[Level::SourceSystem, Level::Source]);
        out.push(Line::new("HL").code("1").skip(1).code("20").code(source))?;
        self.reject_at(&mut out, Level::SourceSystem)?;
        out.push(organization(
            "PR",
            &self.inquiry.payer.name,
            "PI",
            &self.inquiry.payer.id,
        ))?;
        self.reject_at(&mut out, Level::Source)?;
        if source == "0" {
            return out.finish();
        }
        let receiver = deeper(&[Level::Receiver]);
        out.push(Line::new("HL").code("2").code("1").code("21").code(receiver))?;
        out.push(organization(
            "1P",
            &self.inquiry.provider.name,
            "XX",
            &self.inquiry.provider.npi,
        ))?;
        self.reject_at(&mut out, Level::Receiver)?;
        if receiver == "0" {
            return out.finish();
        }
        self.patient(&mut out)?;
        out.finish()
    }

    fn header(&self) -> Header {
        Header {
            sender: self.inquiry.receiver.clone(),
            receiver: self.inquiry.sender.clone(),
            control: self.control,
            created_at: self.answered_at,
            usage: self.inquiry.usage,
            kind: TransactionKind {
                functional_id: "HB",
                id: "271",
                version: VERSION,
            },
        }
    }

    fn patient(&self, out: &mut Builder) -> Result<(), WriteError> {
        out.push(Line::new("HL").code("3").code("2").code("22").code("0"))?;
        let trace = |kind: &str, number: &str, originator: &str| {
            Line::new("TRN")
                .code(kind)
                .required(number, 50)
                .required(originator, 10)
        };
        out.push(trace("2", &self.inquiry.trace_number, &self.inquiry.trace_originator))?;
        if let Some(own) = &self.payer_trace {
            out.push(trace("1", &own.number, &own.originator))?;
        }
        let [name, demographics] = self.subscriber.lines();
        out.push(name)?;
        self.reject_at(out, Level::Subscriber)?;
        out.push(demographics)?;
        if self.corrected {
            out.push(Line::new("INS").code("Y").code("18").code("001").code("25"))?;
        }
        if let Some(start) = self.plan_begins {
            out.push(date(&DatePeriod {
                qualifier: "346".to_owned(),
                start,
                end: None,
            }))?;
        }
        for benefit in &self.benefits {
            write_benefit(out, benefit)?;
        }
        if self.rejections.iter().any(|r| r.level == Level::SubscriberBenefit) {
            out.push(Line::new("EB").code("V"))?; // an AAA of loop 2110C needs its EB
        }
        self.reject_at(out, Level::SubscriberBenefit)
    }

    fn reject_at(&self, out: &mut Builder, level: Level) -> Result<(), WriteError> {
        for rejection in self.rejections.iter().filter(|r| r.level == level) {
            out.push(rejection.line())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
