//! What a visit shows and writes down.

use crate::client::Reply;
use anyhow::Result;
use serde::Serialize;
use serde_json::{Map, Value};
use std::{fs, path::Path};

#[expect(clippy::struct_field_names, reason = "the fields of `.run/visit.json`")]
/// One step, as `.run/visit.json` has it.
#[derive(Serialize)]
pub struct Step {
    /// Number and name.
    pub step: String,
    /// Whether it went as it should.
    pub ok: bool,
    /// HTTP status of the request that decides.
    pub status: u16,
    /// How long it took, in milliseconds.
    pub duration_ms: u128,
    /// Services that had a part in it: each has a span in the trace.
    pub services: Vec<&'static str>,
    /// Trace id that the caller saw.
    pub trace_id: String,
    /// Ids and outcomes; never patient data.
    pub ids: Map<String, Value>,
    /// One line for people.
    #[serde(skip)]
    pub says: String,
}

/// A visit's steps as they happen.
#[derive(Default)]
pub struct Report(Vec<Step>);

impl Report {
    /// Prints a step and keeps it.
    pub fn add(&mut self, step: Step) {
        let mark = if step.ok { "ok  " } else { "FAIL" };
        println!(
            "  {mark}  {:<28} {:>3}  {:>6} ms  {}",
            step.step, step.status, step.duration_ms, step.says
        );
        self.0.push(step);
    }

    /// Whether all went well.
    pub fn all_ok(&self) -> bool {
        self.0.iter().all(|step| step.ok)
    }

    /// The step that failed first.
    pub fn first_failure(&self) -> Option<&Step> {
        self.0.iter().find(|step| !step.ok)
    }

    /// Writes `.run/visit.json`.
    pub fn write(&self, run_dir: &Path) -> Result<()> {
        fs::write(run_dir.join("visit.json"), serde_json::to_string_pretty(&self.0)?)?;
        Ok(())
    }
}

impl Step {
    /// A step decided by `reply`, with the services that had a part in it.
    pub fn new(name: &str, services: &[&'static str], ok: bool, reply: &Reply, says: impl Into<String>) -> Self {
        let says = if ok {
            says.into()
        } else {
            format!("{} — {}", says.into(), reply.complaint())
        };
        Self {
            step: name.to_owned(),
            ok,
            status: reply.status,
            duration_ms: reply.took.as_millis(),
            services: services.to_vec(),
            trace_id: reply.trace_id.clone(),
            ids: Map::new(),
            says,
        }
    }

    /// Adds an id or outcome.
    pub fn id(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.ids.insert(name.to_owned(), value.into());
        self
    }

    /// Counts time from the step's first request on.
    pub fn took(mut self, duration_ms: u128) -> Self {
        self.duration_ms = duration_ms;
        self
    }
}
