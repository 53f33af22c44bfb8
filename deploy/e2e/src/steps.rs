//! The visit: eight steps of one patient's consultation with a copay.

use crate::{
    client::{Client, Reply, hex, text},
    report::{Report, Step},
    test_mode::TestMode,
};
use anyhow::{Context, Result};
use reqwest::Method;
use serde_json::{Value, json};
use std::{
    path::Path,
    time::{Duration, Instant},
};

const CLINIC: &str = "northside";
const JUSTIFICATION: &str = "scheduled_appointment";

/// A visit under way.
struct Visit<'a> {
    client: Client,
    patient: &'a Value,
    test_mode: &'a TestMode,
    patient_token: String,
    doctor_token: String,
    /// The copay that step 3 found, in minor units.
    copay: Option<i64>,
}

/// Runs the visit; true when every step is ok.
pub async fn run(run_dir: &Path, front_door: &str) -> Result<bool> {
    let test_mode = TestMode::read(run_dir)?;
    let client = Client::new(front_door)?;
    println!("One patient visit through {front_door}, trace {}", client.trace_id);
    let patient = test_mode.patient(CLINIC)?;
    let mut visit = Visit {
        client,
        patient,
        test_mode: &test_mode,
        patient_token: String::new(),
        doctor_token: String::new(),
        copay: None,
    };
    let mut report = Report::default();
    let outcome = visit.carry(&mut report).await;
    report.write(run_dir)?;
    outcome?;
    if let Some(step) = report.first_failure() {
        eprintln!("failed: {}: {}", step.step, step.says);
        eprintln!("next:   make status; make logs (trace {})", step.trace_id);
    } else {
        let charge = if visit.copay.is_some() { "the charge, " } else { "" };
        println!(
            "The visit is complete. The sign-ins, the check, {charge}the chart and the encounter are in the audit log \
             under this trace."
        );
    }
    Ok(report.all_ok())
}

impl Visit<'_> {
    async fn carry(&mut self, report: &mut Report) -> Result<()> {
        let step = self.patient_signs_in().await?;
        report.add(step);
        let step = self.doctor_signs_in().await?;
        report.add(step);
        let step = self.eligibility().await?;
        report.add(step);
        let step = self.payment().await?;
        report.add(step);
        let step = self.summary().await?;
        report.add(step);
        let step = self.encounter().await?;
        report.add(step);
        let step = self.health().await?;
        report.add(step);
        let step = self.audit().await?;
        report.add(step);
        Ok(())
    }

    async fn patient_signs_in(&mut self) -> Result<Step> {
        let account = self.test_mode.account(CLINIC, "patient")?;
        let reply = self
            .client
            .login(text(account, "email"), text(account, "password"), "patient_mobile_app")
            .await?;
        reply.text("/access_token").clone_into(&mut self.patient_token);
        let ok = reply.status == 200 && reply.body["user"]["roles"] == json!(["patient"]);
        Ok(
            Step::new("1 patient signs in", &["auth"], ok, &reply, "token with role patient")
                .id("session_id", reply.body["session_id"].clone()),
        )
    }

    async fn doctor_signs_in(&mut self) -> Result<Step> {
        let account = self.test_mode.account(CLINIC, "doctor")?;
        let started = Instant::now();
        let first = self
            .client
            .login(text(account, "email"), text(account, "password"), "clinic_workstation")
            .await?;
        let requested = first.body["mfa_required"] == true && first.body.get("access_token").is_none();
        let reply = if requested {
            self.client.sign_in(account, "clinic_workstation").await?
        } else {
            first
        };
        reply.text("/access_token").clone_into(&mut self.doctor_token);
        let ok = requested && reply.status == 200 && !self.doctor_token.is_empty();
        Ok(Step::new(
            "2 doctor signs in",
            &["auth"],
            ok,
            &reply,
            "second factor requested and given",
        )
        .took(started.elapsed().as_millis())
        .id("session_id", reply.body["session_id"].clone()))
    }

    async fn eligibility(&mut self) -> Result<Step> {
        let path = format!(
            "/api/v1/integrations/insurance/verify-eligibility?coverage_id={}",
            text(self.patient, "coverage_id")
        );
        let reply = self.client.get(&path, Some(&self.patient_token)).await?;
        let outcome = reply.text("/outcome").to_owned();
        self.copay = reply.body.pointer("/copay/minor").and_then(Value::as_i64);
        let ok = reply.status == 200
            && match outcome.as_str() {
                "live" => {
                    self.copay.is_some()
                        && !reply.text("/payer_trace_number").is_empty()
                        && reply.body["took_ms"].is_number()
                }
                "cached" => {
                    self.copay.is_some() && !reply.text("/reason").is_empty() && reply.body["age_s"].is_number()
                }
                "unavailable" => !reply.text("/reason").is_empty(),
                _ => false,
            };
        let says = match outcome.as_str() {
            "live" => format!(
                "live: {}, copay {}, payer trace {}",
                reply.text("/status"),
                money(self.copay),
                reply.text("/payer_trace_number")
            ),
            "cached" => format!(
                "CACHED, {} s old ({}): copay {}",
                reply.body["age_s"],
                reply.text("/reason"),
                money(self.copay)
            ),
            other => format!("{other} ({})", reply.text("/reason")),
        };
        let services: &[_] = if outcome == "live" {
            &["eligibility", "sandbox"]
        } else {
            &["eligibility"]
        };
        Ok(Step::new("3 eligibility", services, ok, &reply, says)
            .id("outcome", outcome)
            .id("coverage_id", self.patient["coverage_id"].clone())
            .id("payer_trace_number", reply.body["payer_trace_number"].clone())
            .id("copay_minor", self.copay))
    }

    async fn payment(&self) -> Result<Step> {
        let Some(copay) = self.copay else {
            let reply = Reply {
                status: 0,
                trace_id: self.client.trace_id.clone(),
                body: Value::Null,
                took: Duration::ZERO,
            };
            return Ok(Step::new(
                "4 payment",
                &[],
                true,
                &reply,
                "no copay is known: nothing is charged now",
            ));
        };
        let body = json!({ "amount": copay, "currency": "usd", "patient_encounter_id": self.patient["encounter_id"],
            "metadata": { "visit_type": "telemedicine_consultation", "provider": "dr_smith", "insurance_verified": true } });
        let started = Instant::now();
        let made = self
            .client
            .create(
                "/api/v1/integrations/stripe/payment-intent",
                &self.doctor_token,
                &format!("visit-{}", hex(8)),
                &body,
            )
            .await?;
        let payment_id = made.text("/payment_id").to_owned();
        let mut status = made.text("/status").to_owned();
        let amount = made.body["amount"].as_i64();
        let reply = if made.status == 201 {
            self.until_settled(&payment_id, &mut status).await?.unwrap_or(made)
        } else {
            made
        };
        let ok = amount == Some(copay)
            && match reply.status {
                200 | 201 => status == "succeeded",
                202 => status == "pending",
                _ => false,
            };
        let says = match status.as_str() {
            "succeeded" => format!("{} charged; Stripe's signed webhook says succeeded", money(amount)),
            "pending" => format!(
                "{} PENDING: Stripe is away, the charge follows once it is back",
                money(amount)
            ),
            other => format!("{} is {other}", money(amount)),
        };
        let services: &[_] = if status == "succeeded" {
            &["billing", "sandbox"]
        } else {
            &["billing"]
        };
        Ok(Step::new("4 payment", services, ok, &reply, says)
            .took(started.elapsed().as_millis())
            .id("payment_id", payment_id)
            .id("payment_intent_id", reply.body["payment_intent_id"].clone())
            .id("status", status)
            .id("amount_minor", amount))
    }

    /// Polls until the webhook has come, at most fifteen seconds.
    async fn until_settled(&self, payment_id: &str, status: &mut String) -> Result<Option<Reply>> {
        let path = format!("/api/v1/integrations/stripe/payment-intent/{payment_id}");
        let limit = Instant::now() + Duration::from_secs(15);
        let mut last = None;
        while status != "succeeded" && status != "failed" && Instant::now() < limit {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let reply = self.client.get(&path, Some(&self.doctor_token)).await?;
            reply.text("/status").clone_into(status);
            last = Some(reply);
        }
        Ok(last)
    }

    async fn summary(&self) -> Result<Step> {
        let path = format!(
            "/api/v1/integrations/ehr/patient-summary/{}",
            text(self.patient, "patient_id")
        );
        let headers = [("X-Access-Justification", JUSTIFICATION)];
        let reply = self
            .client
            .send(Method::GET, &path, Some(&self.doctor_token), &headers, None)
            .await?;
        let entries = reply.body["entry"].as_array().map_or(0, Vec::len);
        let whole = reply.body.to_string();
        let minimum = !["\"telecom\"", "\"address\"", "\"identifier\""]
            .iter()
            .any(|member| whole.contains(member));
        let ok = reply.status == 200 && reply.text("/resourceType") == "Bundle" && entries > 1 && minimum;
        let says = format!("{entries} FHIR R4 resources, minimum necessary, justification recorded");
        Ok(
            Step::new("5 patient summary", &["ehr-proxy", "sandbox"], ok, &reply, says)
                .id("patient_id", self.patient["patient_id"].clone())
                .id("resources", entries),
        )
    }

    async fn encounter(&self) -> Result<Step> {
        let path = format!(
            "/api/v1/integrations/ehr/encounter/{}",
            text(self.patient, "encounter_id")
        );
        let headers = [("X-Access-Justification", JUSTIFICATION)];
        let body = json!({ "diagnosis": "routine_consultation", "treatment_plan": "continue_current_medications", "follow_up": "3_months" });
        let reply = self
            .client
            .send(Method::PUT, &path, Some(&self.doctor_token), &headers, Some(&body))
            .await?;
        let version = reply.text("/meta/versionId").to_owned();
        let ok = reply.status == 200 && !version.is_empty() && reply.body.to_string().contains("routine_consultation");
        Ok(Step::new(
            "6 encounter",
            &["ehr-proxy", "sandbox"],
            ok,
            &reply,
            format!("documented in the EHR under If-Match, now version {version}"),
        )
        .id("encounter_id", self.patient["encounter_id"].clone())
        .id("version", version))
    }

    async fn health(&self) -> Result<Step> {
        let started = Instant::now();
        let health = self
            .client
            .get("/api/v1/health/detailed", Some(&self.doctor_token))
            .await?;
        let reply = self
            .client
            .get("/api/v1/integrations/status", Some(&self.doctor_token))
            .await?;
        // `circuit_breaker_state` is a state and not a component.
        let components = health.body["components"].as_object().map_or(0, |components| {
            components.values().filter(|component| component.is_object()).count()
        });
        let impact = reply.body["patient_care_impact"].clone();
        let ok = health.status == 200 && reply.status == 200 && components > 4 && !impact.is_null();
        let impact = impact.as_str().map_or_else(
            || impact["level"].as_str().unwrap_or_default().to_owned(),
            str::to_owned,
        );
        let says = format!(
            "{components} components, overall {}, patient care impact: {impact}",
            reply.text("/overall_status")
        );
        Ok(Step::new("7 health and integrations", &["console"], ok, &reply, says)
            .took(started.elapsed().as_millis())
            .id("overall_status", reply.body["overall_status"].clone())
            .id("patient_care_impact", impact))
    }

    async fn audit(&self) -> Result<Step> {
        let started = Instant::now();
        let token = self.client.token(self.test_mode.account(CLINIC, "compliance")?).await?;
        let mut missing = Vec::new();
        let limit = Instant::now() + Duration::from_secs(15);
        let reply = loop {
            let path = format!(
                "/api/v1/integrations/audit/recent?order=oldest_first&limit=200&trace_id={}",
                self.client.trace_id
            );
            let reply = self.client.get(&path, Some(&token)).await?;
            missing.clear();
            if reply.status == 200 {
                missing = self.missing(&reply);
            }
            if reply.status != 200 || missing.is_empty() || Instant::now() > limit {
                break reply;
            }
            tokio::time::sleep(Duration::from_millis(150)).await;
        };
        let verdict = self
            .client
            .get("/api/v1/integrations/audit/verification", Some(&token))
            .await?;
        let head = self
            .client
            .get("/api/v1/integrations/audit/checkpoint", Some(&token))
            .await?;
        let events = reply.body["events"].as_array().map_or(0, Vec::len);
        let ok = reply.status == 200 && missing.is_empty() && verdict.body["ok"] == true && head.status == 200;
        let says = if missing.is_empty() {
            format!(
                "{events} events of this trace in order; {} events verified",
                verdict.body["size"]
            )
        } else {
            format!("not in the log: {}", missing.join(", "))
        };
        println!("        signed checkpoint of the audit log:");
        for line in head.text("/note").lines().filter(|line| !line.is_empty()) {
            println!("          {line}");
        }
        Ok(Step::new("8 audit", &["audit"], ok, &reply, says)
            .took(started.elapsed().as_millis())
            .id("events", events)
            .id("log_size", verdict.body["size"].clone())
            .id("root", verdict.body["root"].clone()))
    }

    /// Actions that should be in the log of this trace, in this order, and are not.
    fn missing(&self, reply: &Reply) -> Vec<String> {
        let mut expected = vec!["auth.login", "auth.mfa.verify", "insurance.eligibility.verify"];
        if self.copay.is_some() {
            expected.push("billing.payment_intent.created");
        }
        expected.extend(["ehr.patient_summary.read", "ehr.encounter.update"]);
        let events = reply.body["events"].as_array().cloned().unwrap_or_default();
        let mut rest = events.iter();
        let is_complete = |event: &&Value| {
            let complete = ["who", "occurred_at", "where", "why"]
                .iter()
                .all(|field| !event[*field].is_null());
            complete && event["trace_id"] == self.client.trace_id.as_str()
        };
        expected.retain(|action| !rest.any(|event| event["action"] == *action && is_complete(&event)));
        expected.into_iter().map(str::to_owned).collect()
    }
}

fn money(minor: Option<i64>) -> String {
    minor.map_or_else(
        || "unknown".to_owned(),
        |minor| format!("{}.{:02} usd", minor / 100, minor % 100),
    )
}

/// The justification of the visit.
pub fn justification() -> &'static str {
    JUSTIFICATION
}

/// The clinic that the visit is at.
pub fn clinic() -> &'static str {
    CLINIC
}

/// Path of the chart that the visit reads.
pub fn summary_path(test_mode: &TestMode) -> Result<String> {
    let patient = test_mode.patient(CLINIC).context("no patient")?;
    Ok(format!(
        "/api/v1/integrations/ehr/patient-summary/{}",
        text(patient, "patient_id")
    ))
}
