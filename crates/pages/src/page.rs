//! Layout, style and content security policy.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, prelude::BASE64_STANDARD};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::sync::LazyLock;

/// The media type of a page.
pub const CONTENT_TYPE: &str = "text/html; charset=utf-8";

/// The one style sheet of all pages; it is part of each.
const STYLE: &str = include_str!("style.css");

/// A link of a page's navigation.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    /// Path on the same server.
    pub path: &'static str,
    /// Its name.
    pub name: &'static str,
}

/// A page before it is written.
pub struct Page<'a> {
    /// What the page is about; its only `h1`, and before the product's name in the title.
    pub title: &'a str,
    /// Links to the other pages.
    pub navigation: &'a [Link],
    /// The content below the heading; sections begin with `h2`.
    pub content: Markup,
}

impl Page<'_> {
    /// The document.
    pub fn to_html(&self) -> String {
        let document = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (self.title) " · MedConnect" }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    header {
                        a class="skip" href="#content" { "Skip to content" }
                        nav aria-label="Pages" {
                            ul { @for link in self.navigation { li { a href=(link.path) { (link.name) } } } }
                        }
                    }
                    main id="content" {
                        h1 { (self.title) }
                        (self.content)
                    }
                    footer { p { "MedConnect. Self-hosted; this page loads nothing from elsewhere." } }
                }
            }
        };
        document.into_string()
    }
}

/// The `Content-Security-Policy` of every page: the style sheet by its hash, links, and nothing
/// else.
pub fn content_security_policy() -> &'static str {
    static POLICY: LazyLock<String> = LazyLock::new(|| {
        let hash = BASE64_STANDARD.encode(digest(&SHA256, STYLE.as_bytes()));
        format!(
            "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
    });
    &POLICY
}

/// How a state is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Works.
    Good,
    /// Works with loss.
    Warn,
    /// Does not work.
    Bad,
}

/// A state as colour and word.
pub fn status_badge(tone: Tone, word: &str) -> Markup {
    let class = match tone {
        Tone::Good => "badge good",
        Tone::Warn => "badge warn",
        Tone::Bad => "badge bad",
    };
    html! { span class=(class) { (word) } }
}

/// The page of a refusal: what happened, what to do about it, and the trace id to quote to support.
pub fn error_page(navigation: &[Link], title: &str, advice: &str, trace_id: Option<&str>) -> String {
    let content = html! {
        p { (advice) }
        @if let Some(trace_id) = trace_id {
            p class="quiet" { "Trace id: " code { (trace_id) } }
        }
    };
    Page {
        title,
        navigation,
        content,
    }
    .to_html()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accessibility_faults;

    const NAVIGATION: &[Link] = &[Link {
        path: "/",
        name: "Overview",
    }];

    #[test]
    fn a_page_has_no_accessibility_fault_and_escapes_what_it_shows() {
        let page = Page {
            title: "Health",
            navigation: NAVIGATION,
            content: html! { h2 { "Services" } p { (status_badge(Tone::Bad, "down")) "<script>alert(1)</script>" } },
        };
        let html = page.to_html();
        assert_eq!(accessibility_faults(&html), Vec::<String>::new());
        assert!(!html.contains("<script>"));
        let error = error_page(NAVIGATION, "Not found", "There is no such page.", Some("0af7"));
        assert_eq!(accessibility_faults(&error), Vec::<String>::new());
    }

    #[test]
    fn the_policy_allows_the_style_that_the_page_carries() {
        let page = error_page(NAVIGATION, "x", "y", None);
        let style = page.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
        let hash = BASE64_STANDARD.encode(digest(&SHA256, style.as_bytes()));
        assert!(content_security_policy().contains(&format!("'sha256-{hash}'")));
        assert!(!content_security_policy().contains("unsafe"));
    }
}
