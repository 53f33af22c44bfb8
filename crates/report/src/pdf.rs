//! A report as PDF.

mod cover;
mod font;
mod sheet;
mod table;

use crate::table::{Column, Figure};
use chrono::{DateTime, Datelike, Timelike, Utc};
use font::{Font, encode};
use pdf_writer::{Content, Date, Filter, Name, Pdf, Rect, Ref, TextStr};
use sheet::{GREY, HEIGHT, MARGIN, RULE, Sheets, Style, WIDTH};

const MARGINAL: Style = Style::new(Font::Plain, 7.5, GREY);
/// Default compression level of zlib.
const COMPRESSION_LEVEL: u8 = 6;

/// A report to be written as PDF.
#[derive(Debug)]
pub struct PdfReport<'a> {
    /// The heading.
    pub title: &'a str,
    /// What the report shows, in one sentence.
    pub about: &'a str,
    /// Title of the file in a reader's window.
    pub document_title: &'a str,
    /// The program that made it.
    pub producer: &'a str,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Names the report at the foot of every page.
    pub footer: &'a str,
    /// Labels and values on the cover.
    pub facts: &'a [(&'a str, String)],
    /// The figures of the summary, a box each.
    pub figures: &'a [Figure],
    /// A framed statement on the cover.
    pub statement: Statement<'a>,
    /// Notes on the cover.
    pub notes: &'a [String],
    /// The columns.
    pub columns: &'a [Column],
    /// The rows.
    pub rows: &'a [Vec<String>],
    /// Printed where there is no row.
    pub empty: &'a str,
    /// Labels of the lines to sign on, at most three.
    pub sign_off: &'a [&'a str],
}

/// A framed statement: a heading, a paragraph, and lines in a fixed-width font.
#[derive(Debug)]
pub struct Statement<'a> {
    /// Its heading.
    pub heading: &'a str,
    /// Its paragraph.
    pub text: &'a str,
    /// Lines that are printed as they are.
    pub code: &'a [String],
}

/// The PDF file.
pub fn to_pdf(report: &PdfReport<'_>) -> Vec<u8> {
    let mut sheets = Sheets::new();
    cover::cover(&mut sheets, report);
    table::table(&mut sheets, report);
    let mut contents = sheets.finish();
    let count = contents.len();
    for (n, content) in contents.iter_mut().enumerate() {
        header_and_footer(content, report, n + 1, count);
    }
    assemble(report, contents)
}

/// The header of every page after the first, and the footer of every page.
fn header_and_footer(content: &mut Content, report: &PdfReport<'_>, page: usize, of: usize) {
    let right = WIDTH - MARGIN;
    if page > 1 {
        sheet::write(content, MARGIN, 36.0, MARGINAL, &encode(report.title));
        sheet::write_to(content, right, 36.0, MARGINAL, &format!("{} lines", report.rows.len()));
        sheet::rule(content, MARGIN, 42.0, right - MARGIN, RULE);
    }
    let y = HEIGHT - 34.0;
    sheet::rule(content, MARGIN, y, right - MARGIN, RULE);
    sheet::write(content, MARGIN, y + 12.0, MARGINAL, &encode(report.footer));
    sheet::write_to(content, right, y + 12.0, MARGINAL, &format!("page {page} of {of}"));
}

fn assemble(report: &PdfReport<'_>, contents: Vec<Content>) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let mut last = 0;
    let mut next = || {
        last += 1;
        Ref::new(last)
    };
    let (catalog, tree, info) = (next(), next(), next());
    let fonts: Vec<(Font, Ref)> = Font::ALL.into_iter().map(|font| (font, next())).collect();
    let pages: Vec<(Ref, Ref, Content)> = contents.into_iter().map(|content| (next(), next(), content)).collect();
    let mut root = pdf.catalog(catalog);
    root.pages(tree);
    root.lang(TextStr("en"));
    root.viewer_preferences().display_doc_title(true);
    drop(root);
    let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(pages.iter().map(|(page, ..)| *page)).count(count);
    for (font, id) in &fonts {
        pdf.type1_font(*id)
            .base_font(Name(font.base()))
            .encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    for (id, content_id, content) in pages {
        let mut page = pdf.page(id);
        page.media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT))
            .parent(tree)
            .contents(content_id);
        let mut resources = page.resources();
        let mut named = resources.fonts();
        for (font, font_id) in &fonts {
            named.pair(Name(font.name()), *font_id);
        }
        drop(named);
        drop(resources);
        drop(page);
        let packed = miniz_oxide::deflate::compress_to_vec_zlib(&content.finish(), COMPRESSION_LEVEL);
        pdf.stream(content_id, &packed).filter(Filter::FlateDecode);
    }
    pdf.document_info(info)
        .title(TextStr(report.document_title))
        .producer(TextStr(report.producer))
        .creation_date(date(report.created_at));
    pdf.finish()
}

fn date(time: DateTime<Utc>) -> Date {
    let small = |n: u32| u8::try_from(n).unwrap_or_default();
    Date::new(u16::try_from(time.year()).unwrap_or_default())
        .month(small(time.month()))
        .day(small(time.day()))
        .hour(small(time.hour()))
        .minute(small(time.minute()))
        .second(small(time.second()))
        .utc_offset_hour(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pdf(rows: &[Vec<String>]) -> Vec<u8> {
        to_pdf(&PdfReport {
            title: "Access report",
            about: "Every access.",
            document_title: "Access report 1",
            producer: "a test",
            created_at: DateTime::UNIX_EPOCH,
            footer: "report 1",
            facts: &[("Report", "1".to_owned())],
            figures: &[crate::figure("accesses", rows.len())],
            statement: Statement {
                heading: "Made under",
                text: "All entries.",
                code: &["note".to_owned()],
            },
            notes: &["A note.".to_owned()],
            columns: &crate::columns(&[("When", 1), ("Who", 2)]),
            rows,
            empty: "No entry.",
            sign_off: &["Reviewed by", "Signature", "Date"],
        })
    }

    fn pages(file: &[u8]) -> usize {
        file.windows(11).filter(|bytes| bytes == b"/Type /Page").count() - 1
    }

    #[test]
    fn a_long_table_takes_more_pages_and_the_same_input_gives_the_same_file() {
        let rows = vec![vec!["2026-01-01".to_owned(), "a doctor".to_owned()]; 100];
        let file = pdf(&rows);
        assert!(file.starts_with(b"%PDF-") && file.ends_with(b"%%EOF"));
        assert_eq!(file, pdf(&rows));
        assert_eq!((pages(&pdf(&[])), pages(&file)), (1, 4));
    }
}
