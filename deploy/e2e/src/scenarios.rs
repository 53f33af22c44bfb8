//! Rules of access at work, each in one command.

use crate::{
    Rule,
    client::{Client, Reply, text},
    signed_out,
    steps::{clinic, justification, summary_path},
    test_mode::TestMode,
};
use anyhow::Result;
use reqwest::Method;
use std::{path::Path, time::Duration};

/// Shows one rule; true when it held.
pub async fn show(rule: Rule, run_dir: &Path, front_door: &str) -> Result<bool> {
    let test_mode = TestMode::read(run_dir)?;
    let client = Client::new(front_door)?;
    let path = summary_path(&test_mode)?;
    let (account, headers, expected): (_, Vec<(&str, &str)>, u16) = match rule {
        Rule::StaffRefused => ("staff", vec![("X-Access-Justification", justification())], 403),
        Rule::NoConsent => ("doctor2", vec![("X-Access-Justification", justification())], 403),
        Rule::Emergency => (
            "doctor2",
            vec![
                ("X-Access-Justification", "medical_emergency"),
                ("X-Emergency-Override", "true"),
            ],
            200,
        ),
        Rule::SignedOut => return signed_out::show(&client, &test_mode).await.map(verdict),
    };
    let token = client.token(test_mode.account(clinic(), account)?).await?;
    let reply = client.send(Method::GET, &path, Some(&token), &headers, None).await?;
    print(account, &path, &headers, &reply);
    let mut ok = reply.status == expected;
    if matches!(rule, Rule::Emergency) && ok {
        ok = emergency_is_logged(&client, &test_mode).await?;
    }
    Ok(verdict(ok))
}

/// Prints whether the rule held.
fn verdict(ok: bool) -> bool {
    println!("{}", if ok { "as it should be" } else { "NOT as it should be" });
    ok
}

fn print(account: &str, path: &str, headers: &[(&str, &str)], reply: &Reply) {
    println!("GET {path} as {account}");
    for (name, value) in headers {
        println!("  {name}: {value}");
    }
    println!("-> {} (trace {})", reply.status, reply.trace_id);
    if reply.status >= 400 {
        println!("   {}", reply.text("/issue/0/diagnostics"));
    } else {
        println!(
            "   a FHIR Bundle of {} resources",
            reply.body["entry"].as_array().map_or(0, Vec::len)
        );
    }
}

async fn emergency_is_logged(client: &Client, test_mode: &TestMode) -> Result<bool> {
    let token = client.token(test_mode.account(clinic(), "compliance")?).await?;
    let path = format!(
        "/api/v1/integrations/audit/recent?action=ehr.emergency_override&trace_id={}",
        client.trace_id
    );
    for _ in 0..50 {
        let reply = client.get(&path, Some(&token)).await?;
        let event = &reply.body["events"][0];
        if event["emergency"] == true {
            println!(
                "audit: {} by {} because \"{}\", patient {}",
                text(event, "action"),
                text(&event["who"], "id"),
                text(&event["why"], "justification"),
                text(event, "patient")
            );
            return Ok(true);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    println!("audit: no emergency event of this trace came within ten seconds");
    Ok(false)
}
