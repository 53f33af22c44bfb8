//! A report as PDF: what a person hands to an auditor.

mod cover;
mod font;
mod sheet;
mod table;

use super::Document;
use chrono::{DateTime, Datelike, Timelike, Utc};
use font::{Font, encode};
use pdf_writer::{Content, Date, Filter, Name, Pdf, Rect, Ref, TextStr};
use sheet::{GREY, HEIGHT, MARGIN, RULE, Sheets, Style, WIDTH};

const FURNITURE: Style = Style::new(Font::Plain, 7.5, GREY);
/// zlib's usual effort.
const EFFORT: u8 = 6;

/// The report, page by page.
pub fn to_pdf(document: &Document) -> Vec<u8> {
    let mut sheets = Sheets::new();
    cover::cover(&mut sheets, document);
    table::table(&mut sheets, document);
    let mut contents = sheets.finish();
    let count = contents.len();
    for (n, content) in contents.iter_mut().enumerate() {
        furnish(content, document, n + 1, count);
    }
    assemble(document, contents)
}

/// What stands on every sheet.
fn furnish(content: &mut Content, document: &Document, page: usize, of: usize) {
    let right = WIDTH - MARGIN;
    if page > 1 {
        sheet::write(content, MARGIN, 36.0, FURNITURE, &encode(&document.title));
        sheet::write_to(content, right, 36.0, FURNITURE, &format!("{} lines", document.count));
        sheet::rule(content, MARGIN, 42.0, right - MARGIN, RULE);
    }
    let y = HEIGHT - 34.0;
    sheet::rule(content, MARGIN, y, right - MARGIN, RULE);
    let report = &document.report;
    let made = format!(
        "MedConnect audit log of organisation {}   report {}",
        report.organization_id, report.id
    );
    sheet::write(content, MARGIN, y + 12.0, FURNITURE, &encode(&made));
    sheet::write_to(content, right, y + 12.0, FURNITURE, &format!("page {page} of {of}"));
}

fn assemble(document: &Document, contents: Vec<Content>) -> Vec<u8> {
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
        let packed = miniz_oxide::deflate::compress_to_vec_zlib(&content.finish(), EFFORT);
        pdf.stream(content_id, &packed).filter(Filter::FlateDecode);
    }
    let title = format!("{} {}", document.title, document.report.id);
    pdf.document_info(info)
        .title(TextStr(&title))
        .producer(TextStr("MedConnect audit"))
        .creation_date(date(document.report.finished_at));
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
