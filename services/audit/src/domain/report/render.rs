//! A finished report as CSV and PDF.

use crate::domain::report::Document;
use chrono::{DateTime, Utc};
use mc_report::{PdfReport, Statement};

/// The table with its headings; facts, figures and notes follow in lines that begin with `#`.
pub fn to_csv(document: &Document) -> String {
    let (report, made) = (&document.report, &document.report.checkpoint);
    let facts = [
        ("report", format!("{} {}", document.title, report.id)),
        ("organisation", report.organization_id.to_string()),
        ("from", report.from.to_rfc3339()),
        ("to", report.to.to_rfc3339()),
        ("patient", report.patient.clone()),
        ("user", report.user_id.clone()),
        ("requested by", report.requested_by.clone()),
        ("requested at", report.requested_at.to_rfc3339()),
        ("finished at", report.finished_at.to_rfc3339()),
        ("lines", document.count.to_string()),
        ("first entry looked at", made.first_index.to_string()),
        ("last entry looked at", made.last_index.to_string()),
        ("checkpoint", made.note.clone()),
        ("public key", made.public_key.clone()),
    ];
    let facts = facts.into_iter().map(|(name, value)| (name.to_owned(), value));
    let figures = document
        .figures
        .iter()
        .map(|figure| (figure.name.clone(), figure.value.to_string()));
    let notes = document.notes.iter().map(|note| ("note".to_owned(), note.clone()));
    let trailer: Vec<(String, String)> = facts.chain(figures).chain(notes).collect();
    mc_report::to_csv(&document.columns, &document.rows, &trailer)
}

/// The report as PDF, with the checkpoint it was made under on the cover.
pub fn to_pdf(document: &Document) -> Vec<u8> {
    let (report, made) = (&document.report, &document.report.checkpoint);
    let mut facts = vec![
        ("Organisation", report.organization_id.to_string()),
        ("Period", format!("{} to {}", moment(report.from), moment(report.to))),
        ("Report", report.id.to_string()),
        ("Requested by", report.requested_by.clone()),
        ("Requested at", moment(report.requested_at)),
        ("Finished at", moment(report.finished_at)),
    ];
    if !report.patient.is_empty() {
        facts.push(("Patient (pseudonym)", report.patient.clone()));
    }
    if !report.user_id.is_empty() {
        facts.push(("User", report.user_id.clone()));
    }
    let statement = format!(
        "Entries {} to {} of the organisation's log were read: all entries that the checkpoint below covers. With the public key alone \
         anybody can check the signature, that each entry named here is in that log (its receipt), and that nothing was changed, removed \
         or cut off since.",
        made.first_index, made.last_index
    );
    let mut code: Vec<String> = made.note.lines().map(str::to_owned).collect();
    code.push(format!("public key: {}", made.public_key));
    mc_report::to_pdf(&PdfReport {
        title: &document.title,
        about: &document.about,
        document_title: &format!("{} {}", document.title, report.id),
        producer: "MedConnect audit",
        created_at: report.finished_at,
        footer: &format!(
            "MedConnect audit log of organisation {}   report {}",
            report.organization_id, report.id
        ),
        facts: &facts,
        figures: &document.figures,
        statement: Statement {
            heading: "Made under this checkpoint of the audit log",
            text: &statement,
            code: &code,
        },
        notes: &document.notes,
        columns: &document.columns,
        rows: &document.rows,
        empty: "The log has no such entry in this period.",
        sign_off: &["Reviewed by", "Signature", "Date"],
    })
}

fn moment(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}
