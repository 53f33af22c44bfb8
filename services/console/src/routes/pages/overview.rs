//! The first page: what this is, what runs now, and the first steps.

use crate::domain::{ImpactLevel, Integration, Platform, Status};
use maud::{Markup, html};
use mc_pages::{Tone, status_badge};

/// The content of the page.
pub fn content(platform: &Platform) -> Markup {
    let impact = platform.impact();
    html! {
        p {
            "MedConnect connects a clinic's software with health records (FHIR R4), insurers (X12), payments (Stripe) "
            "and identity, and keeps an audit log that proves itself."
        }
        h2 { "What runs now" }
        p { "Overall: " (badge(platform.status())) " Patient care: " (impact_badge(impact.level)) }
        p { (impact.summary) }
        div class="scroll" tabindex="0" role="region" aria-label="Services and servers" {
            table {
                thead { tr { th scope="col" { "Part" } th scope="col" { "State" } th scope="col" { "What was seen" } } }
                tbody {
                    @for service in &platform.services {
                        (row(&service.service, service.status(), &service.detail()))
                    }
                    @for part in [&platform.servers.database, &platform.servers.broker, &platform.servers.cache] {
                        (row(&part.name, part.status, &part.detail))
                    }
                    @for integration in Integration::all(platform) {
                        (row(integration.name, integration.status, &integration.detail))
                    }
                }
            }
        }
        p class="quiet" { "Checked at " (platform.checked_at.format("%Y-%m-%d %H:%M:%S UTC")) ". Reload the page to look again." }
        h2 { "First steps" }
        ol {
            li { "Carry a whole patient visit through the running system: " code { "make visit" } "." }
            li { "Do it from your own program: the quickstart in " code { "docs/quickstart.md" } " has it with curl, in TypeScript and in Python." }
            li { "Look operations up in the " a href="/reference" { "API reference" } "." }
            li { "See every part as JSON at " a href="/api/v1/health/detailed" { "/api/v1/health/detailed" } "." }
        }
    }
}

fn row(name: &str, status: Status, detail: &str) -> Markup {
    html! { tr { th scope="row" { (name) } td { (badge(status)) } td { (detail) } } }
}

fn badge(status: Status) -> Markup {
    match status {
        Status::Healthy => status_badge(Tone::Good, "healthy"),
        Status::Degraded => status_badge(Tone::Warn, "degraded"),
        Status::Unhealthy => status_badge(Tone::Bad, "unhealthy"),
    }
}

fn impact_badge(level: ImpactLevel) -> Markup {
    match level {
        ImpactLevel::None => status_badge(Tone::Good, "no impact"),
        ImpactLevel::Degraded => status_badge(Tone::Warn, "degraded"),
        ImpactLevel::Severe => status_badge(Tone::Bad, "severe"),
    }
}
