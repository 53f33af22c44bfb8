//! Spans as OTLP JSON, a line a batch: the collector's file format, readable without a collector.

use opentelemetry_proto::{
    tonic::collector::trace::v1::ExportTraceServiceRequest,
    transform::{common::tonic::ResourceAttributesWithSchema, trace::tonic::group_spans_by_resource_and_scope},
};
use opentelemetry_sdk::{
    Resource,
    error::{OTelSdkError, OTelSdkResult},
    trace::{SpanData, SpanExporter},
};
use std::{
    fs::{File, OpenOptions},
    io::Write,
    path::Path,
    sync::Mutex,
};

#[derive(Debug)]
pub struct SpanFile {
    file: Mutex<File>,
    resource: ResourceAttributesWithSchema,
}

impl SpanFile {
    pub fn open(path: &Path) -> std::io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self {
            file: Mutex::new(file),
            resource: ResourceAttributesWithSchema::default(),
        })
    }

    fn write(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let resource_spans = group_spans_by_resource_and_scope(batch, &self.resource);
        let failed = |cause: String| OTelSdkError::InternalFailure(cause);
        let mut line = serde_json::to_vec(&ExportTraceServiceRequest { resource_spans })
            .map_err(|error| failed(error.to_string()))?;
        line.push(b'\n');
        let mut file = self.file.lock().map_err(|error| failed(error.to_string()))?;
        file.write_all(&line).map_err(|error| failed(error.to_string()))
    }
}

impl SpanExporter for SpanFile {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.write(batch)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.resource = resource.into();
    }
}
