//! Writes a benefit with its subordinate segments.

use chrono::NaiveDate;

use super::{Benefit, DatePeriod, Rejection, RelatedEntity};
use crate::parts::{Address, either, write_all};
use mc_x12::{Builder, Line, WriteError};

impl Rejection {
    /// AAA.
    pub(super) fn line(&self) -> Line {
        Line::new("AAA")
            .required(either(self.request_valid, "Y", "N"), 1)
            .skip(1)
            .data(&self.code, 2)
            .data(&self.follow_up, 1)
    }
}

/// DTP.
pub(super) fn date(period: &DatePeriod) -> Line {
    let day = |date: NaiveDate| date.format("%Y%m%d").to_string();
    let line = Line::new("DTP").code(&period.qualifier);
    match period.end {
        None => line.code("D8").data(&day(period.start), 8),
        Some(end) => line
            .code("RD8")
            .data(&format!("{}-{}", day(period.start), day(end)), 17),
    }
}

/// EB, HSD, REF, DTP, AAA, MSG, III, LS 2120, in the order of the guide.
pub(super) fn write_benefit(out: &mut Builder, benefit: &Benefit) -> Result<(), WriteError> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let number = |value: &Option<rust_decimal::Decimal>| value.map(|d| d.to_string()).unwrap_or_default();
    let procedure = benefit.procedure.as_ref().map(|p| p.components("EB", 13)).transpose()?;
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
            .composite(procedure.unwrap_or_default(), 80)
            .composite(benefit.pointers.clone(), 2),
    )?;
    write_all(out, &benefit.deliveries)?;
    write_all(out, &benefit.references)?;
    for period in &benefit.dates {
        out.push(date(period))?;
    }
    for rejection in &benefit.rejections {
        out.push(rejection.line())?;
    }
    for message in &benefit.messages {
        out.push(Line::new("MSG").required(message, 264))?;
    }
    for place in &benefit.places_of_service {
        out.push(Line::new("III").code("ZZ").required(place, 30))?;
    }
    for detail in &benefit.details {
        out.push(
            Line::new("III")
                .data(&detail.list, 3)
                .data(&detail.code, 30)
                .data(&detail.category, 2)
                .data(&detail.text, 264),
        )?;
    }
    if benefit.related.is_empty() {
        return Ok(());
    }
    out.push(Line::new("LS").code("2120"))?;
    benefit
        .related
        .iter()
        .try_for_each(|entity| write_entity(out, entity))?;
    out.push(Line::new("LE").code("2120"))
}

/// NM1, N3, N4, PER, PRV.
fn write_entity(out: &mut Builder, entity: &RelatedEntity) -> Result<(), WriteError> {
    let qualifier = match (entity.id.is_empty(), entity.id_qualifier.as_str()) {
        (false, "") => "PI",
        (_, stated) => stated,
    };
    out.push(
        Line::new("NM1")
            .data(&entity.role, 3)
            .required(either(entity.is_person, "1", "2"), 1)
            .data(&entity.name, 60)
            .data(&entity.given, 35)
            .data(&entity.middle, 25)
            .skip(1)
            .data(&entity.suffix, 10)
            .data(qualifier, 2)
            .data(&entity.id, 80)
            .data(&entity.relation, 2),
    )?;
    Address::write_if(entity.address.as_ref(), out)?;
    write_all(out, &entity.contacts)?;
    let (role, specialty) = (entity.provider_role.as_str(), entity.specialty.as_str());
    if role.is_empty() && specialty.is_empty() {
        return Ok(());
    }
    let role = if role.is_empty() { "PC" } else { role };
    let list = if specialty.is_empty() { "" } else { "PXC" };
    out.push(Line::new("PRV").data(role, 3).code(list).data(specialty, 50))
}
