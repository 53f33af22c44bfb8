//! Spans as OTLP JSON, one line per batch: the file format of the collector, readable without one.
//! At most two files, each of [`MAX_BYTES`] plus one batch: a full file becomes `<name>.1`.

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
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    sync::Mutex,
};

/// Size at which a file is full: some 10,000 requests.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

#[derive(Debug)]
pub struct SpanFile {
    file: Mutex<RotatingFile>,
    resource: ResourceAttributesWithSchema,
}

impl SpanFile {
    pub fn open(path: &Path) -> std::io::Result<Self> {
        Ok(Self {
            file: Mutex::new(RotatingFile::open(path, MAX_BYTES)?),
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
        file.write(&line).map_err(|error| failed(error.to_string()))
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

#[derive(Debug)]
struct RotatingFile {
    path: PathBuf,
    max_bytes: u64,
    file: File,
    bytes: u64,
}

impl RotatingFile {
    fn open(path: &Path, max_bytes: u64) -> std::io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self {
            path: path.to_owned(),
            max_bytes,
            bytes: file.metadata()?.len(),
            file,
        })
    }

    fn write(&mut self, line: &[u8]) -> std::io::Result<()> {
        if self.bytes >= self.max_bytes {
            let mut older = self.path.clone().into_os_string();
            older.push(".1");
            match std::fs::rename(&self.path, older) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {} // a removed file is created again
            }
            *self = Self::open(&self.path, self.max_bytes)?;
        }
        self.file.write_all(line)?;
        self.bytes += line.len() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_file_is_rotated_and_the_oldest_is_deleted() {
        let folder = std::env::temp_dir().join(format!("span-file-{}", std::process::id()));
        let path = folder.join("spans.jsonl");
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        let mut file = RotatingFile::open(&path, 8).unwrap();
        for line in ["first\n", "second\n", "third\n"] {
            file.write(line.as_bytes()).unwrap();
        }
        assert_eq!(
            (read("spans.jsonl.1").as_str(), read("spans.jsonl").as_str()),
            ("first\nsecond\n", "third\n")
        );
        // what an earlier process left counts
        let mut file = RotatingFile::open(&path, 6).unwrap();
        file.write(b"fourth\n").unwrap();
        assert_eq!(
            (read("spans.jsonl.1").as_str(), read("spans.jsonl").as_str()),
            ("third\n", "fourth\n")
        );
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 2);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
