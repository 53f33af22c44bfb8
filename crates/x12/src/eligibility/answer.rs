//! Writing a 271, as a payer does: test mode's payer answers with this.

use chrono::{DateTime, NaiveDate, Utc};

use super::inquiry::organization;
use super::{Benefit, DatePeriod, Inquiry, Level, Rejection, Subscriber, Trace, VERSION};
use crate::delimiters::Delimiters;
use crate::error::WriteError;
use crate::line::Line;
use crate::parts::write_all;
use crate::writer::{Builder, ControlNumbers, Header, TransactionKind};

/// A 271 in the making, in answer to one 270.
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
    /// An answer to `inquiry`: parties swapped, reference and trace number echoed.
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
        let (number, originator) = (number.into(), originator.into());
        self.payer_trace = Some(Trace {
            echoed: false,
            number,
            originator,
            additional: String::new(),
        });
        self
    }

    /// The payer knows the person under other demographics (INS*Y*18*001*25).
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

    /// Adds an EB with what hangs on it.
    pub fn benefit(mut self, benefit: Benefit) -> Self {
        self.benefits.push(benefit);
        self
    }

    /// Adds an AAA. One at the payer's or provider's level ends the answer there, as the guide says: the subscriber's
    /// loop with the trace numbers is then absent, and BHT03 is what correlates.
    pub fn reject(
        mut self,
        level: Level,
        request_valid: bool,
        code: impl Into<String>,
        follow_up: impl Into<String>,
    ) -> Self {
        self.rejections.push(Rejection {
            level,
            request_valid,
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
        let about_benefits = self.rejections.iter().any(|r| r.level == Level::SubscriberBenefit);
        if about_benefits && self.benefits.is_empty() {
            out.push(Line::new("EB").code("V"))?; // an AAA of loop 2110C needs its EB
        }
        self.reject_at(out, Level::SubscriberBenefit)
    }

    fn reject_at(&self, out: &mut Builder, level: Level) -> Result<(), WriteError> {
        for rejection in self.rejections.iter().filter(|r| r.level == level) {
            let valid = if rejection.request_valid { "Y" } else { "N" };
            out.push(
                Line::new("AAA")
                    .code(valid)
                    .skip(1)
                    .data(&rejection.code, 2)
                    .data(&rejection.follow_up, 1),
            )?;
        }
        Ok(())
    }
}

fn date(period: &DatePeriod) -> Line {
    let day = |date: NaiveDate| date.format("%Y%m%d").to_string();
    let line = Line::new("DTP").code(&period.qualifier);
    match period.end {
        None => line.code("D8").data(&day(period.start), 8),
        Some(end) => line
            .code("RD8")
            .data(&format!("{}-{}", day(period.start), day(end)), 17),
    }
}

/// EB, HSD, DTP, MSG, III, LS 2120: the order of the guide.
fn write_benefit(out: &mut Builder, benefit: &Benefit) -> Result<(), WriteError> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let number = |value: &Option<rust_decimal::Decimal>| value.map(|d| d.to_string()).unwrap_or_default();
    let procedure = benefit.procedure.as_ref().map_or_else(Vec::new, |p| {
        [p.qualifier.clone(), p.code.clone()]
            .into_iter()
            .chain(p.modifiers.iter().cloned())
            .collect()
    });
    out.push(
        Line::new("EB")
            .required(&benefit.info, 2)
            .data(&text(&benefit.level), 3)
            .repeated(&benefit.service_types, 2)
            .data(&text(&benefit.insurance_type), 3)
            .data(&text(&benefit.plan), 50)
            .data(&text(&benefit.period), 2)
            .data(&number(&benefit.amount), 18)
            .data(&number(&benefit.percent), 10)
            .data(&text(&benefit.quantity_qualifier), 2)
            .data(&number(&benefit.quantity), 15)
            .code(
                benefit
                    .authorization_required
                    .map_or("", |yes| if yes { "Y" } else { "N" }),
            )
            .code(benefit.network.code())
            .composite(procedure, 48),
    )?;
    write_all(out, &benefit.deliveries)?;
    for period in &benefit.dates {
        out.push(date(period))?;
    }
    for message in &benefit.messages {
        out.push(Line::new("MSG").required(message, 264))?;
    }
    for place in &benefit.places_of_service {
        out.push(Line::new("III").code("ZZ").required(place, 30))?;
    }
    for entity in &benefit.related {
        out.push(Line::new("LS").code("2120"))?;
        let qualifier = if entity.id.is_empty() { "" } else { "PI" };
        let name = Line::new("NM1").data(&entity.role, 3).code("2").data(&entity.name, 60);
        out.push(name.skip(4).code(qualifier).data(&entity.id, 80))?;
        out.push(Line::new("LE").code("2120"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
