//! What a test can find of WCAG 2.1 AA in a page without a browser.

/// Pairs of text and background of the style sheet, by the names of their variables.
const PAIRS: [(&str, &str); 9] = [
    ("--ink", "--paper"),
    ("--ink", "--panel"),
    ("--quiet", "--paper"),
    ("--quiet", "--panel"),
    ("--link", "--paper"),
    ("--link", "--panel"),
    ("--good", "--good-paper"),
    ("--warn", "--warn-paper"),
    ("--bad", "--bad-paper"),
];

/// Success criterion 1.4.3.
const MIN_CONTRAST: f64 = 4.5;

/// The accessibility faults of a page; empty where there is none. For tests: the language, the
/// title, one `main` and one `h1`, headings that skip no level, names of links, buttons and images,
/// headers of tables, ids that are there once, and the contrast of the palette.
pub fn accessibility_faults(html: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut require = |holds: bool, fault: &str| {
        if !holds {
            faults.push(fault.to_owned());
        }
    };
    require(html.contains("<html lang=\""), "the language is not stated");
    require(
        element(html, "title").is_some_and(|title| !title.trim().is_empty()),
        "there is no title",
    );
    require(html.matches("<main").count() == 1, "there is not one main landmark");
    require(html.matches("<h1").count() == 1, "there is not one h1");
    require(skips_no_level(html), "a heading skips a level");
    for tag in ["a", "button", "summary", "th"] {
        let named = elements(html, tag)
            .all(|(attributes, content)| !text_of(content).trim().is_empty() || attributes.contains("aria-label=\""));
        require(named, &format!("a {tag} has no name"));
    }
    require(
        html.split("<img")
            .skip(1)
            .all(|rest| rest.split('>').next().unwrap_or("").contains("alt=\"")),
        "an image has no alternative text",
    );
    require(
        elements(html, "table").all(|(_, content)| content.contains("<th")),
        "a table has no headers",
    );
    require(ids_are_unique(html), "an id is there twice");
    faults.extend(contrast_faults(html));
    faults
}

/// Attributes and content of each `tag`; elements of these kinds do not nest in our pages.
fn elements<'a>(html: &'a str, tag: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let (open, close) = (format!("<{tag}"), format!("</{tag}>"));
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            let at = rest.find(&open)? + open.len();
            rest = &rest[at..];
            if !rest.starts_with(['>', ' ']) {
                continue;
            }
            let (attributes, after) = rest.split_once('>')?;
            let content = after.split(&close).next()?;
            return Some((attributes, content));
        }
    })
}

fn element<'a>(html: &'a str, tag: &'a str) -> Option<&'a str> {
    elements(html, tag).next().map(|(_, content)| content)
}

/// The text without its tags.
fn text_of(html: &str) -> String {
    html.split('<')
        .enumerate()
        .map(|(n, part)| {
            if n == 0 {
                part
            } else {
                part.split_once('>').map_or("", |(_, text)| text)
            }
        })
        .collect()
}

fn skips_no_level(html: &str) -> bool {
    let mut level = 0;
    for part in html.split("<h").skip(1) {
        let Some(next) = part.chars().next().and_then(|digit| digit.to_digit(10)) else {
            continue;
        };
        if next > level + 1 {
            return false;
        }
        level = next;
    }
    true
}

fn ids_are_unique(html: &str) -> bool {
    let mut ids: Vec<_> = html
        .split(" id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    ids.len() == count
}

fn contrast_faults(html: &str) -> Vec<String> {
    let color = |name: &str| {
        let value = html.split(&format!("{name}: #")).nth(1)?.get(..6)?;
        u32::from_str_radix(value, 16).ok()
    };
    let mut faults = Vec::new();
    for (text, background) in PAIRS {
        match (color(text), color(background)) {
            (Some(a), Some(b)) if contrast(a, b) >= MIN_CONTRAST => {}
            (Some(a), Some(b)) => faults.push(format!("{text} on {background} has contrast {:.2}", contrast(a, b))),
            _ => faults.push(format!("{text} or {background} is not in the style sheet")),
        }
    }
    faults
}

/// WCAG's contrast ratio of two colours.
fn contrast(a: u32, b: u32) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// WCAG's relative luminance of an RGB colour.
fn luminance(rgb: u32) -> f64 {
    let channel = |shift: u32| {
        let value = f64::from((rgb >> shift) & 0xff) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_found() {
        let page = r#"<html><title></title><main><main><h1>a</h1><h3>b</h3><a href="/"></a><img src="x"><table><td>1</td></table>
            <p id="a"></p><p id="a"></p>"#;
        let faults = accessibility_faults(page).join("; ");
        for fault in [
            "language",
            "title",
            "main",
            "skips",
            "a a has",
            "alternative",
            "headers",
            "twice",
            "--ink",
        ] {
            assert!(faults.contains(fault), "{fault}: {faults}");
        }
    }

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((contrast(0, 0x00ff_ffff) - 21.0).abs() < 0.01);
        assert!((contrast(0x0077_7777, 0x00ff_ffff) - 4.48).abs() < 0.01);
    }
}
