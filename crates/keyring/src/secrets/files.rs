//! Secrets as files: `<dir>/<secret name>/<field>`, as mounted by Kubernetes.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use secrecy::SecretString;

use super::{Credentials, SecretsError, credentials::Origin};

pub(crate) const PROVIDER: &str = "files";

/// A larger field is not a credential (Kubernetes limits a secret to 1 MiB).
const MAX_FIELD_BYTES: u64 = 64 * 1024;

#[derive(Debug)]
pub(crate) struct FilesProvider {
    dir: PathBuf,
}

impl FilesProvider {
    pub(crate) fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    pub(crate) fn absent(&self, name: &str) -> Credentials {
        Credentials::new(self.origin(name), BTreeMap::new())
    }

    pub(crate) async fn read(&self, name: &str) -> Result<Credentials, SecretsError> {
        let folder = self.dir.join(name);
        let mut listing = match tokio::fs::read_dir(&folder).await {
            Ok(listing) => listing,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(self.not_found(name));
            }
            Err(error) => return Err(unavailable(name, error)),
        };
        let mut fields = BTreeMap::new();
        while let Some(entry) = listing.next_entry().await.map_err(|error| unavailable(name, error))? {
            // Kubernetes keeps internal files beside the fields, under names that start with a dot.
            let Some(field) = entry
                .file_name()
                .to_str()
                .filter(|field| !field.starts_with('.'))
                .map(str::to_owned)
            else {
                continue;
            };
            if let Some(value) = read_field(name, &entry.path()).await? {
                fields.insert(field, value);
            }
        }
        Ok(Credentials::new(self.origin(name), fields))
    }

    fn origin(&self, name: &str) -> Origin {
        Origin {
            provider: PROVIDER,
            secret: name.to_owned(),
            remedy_before: format!("create file {}/", self.dir.join(name).display()),
            remedy_after: String::new(),
        }
    }

    fn not_found(&self, name: &str) -> SecretsError {
        SecretsError::NotFound {
            provider: PROVIDER,
            secret: name.to_owned(),
            remedy: format!(
                "create folder {} with one file per field",
                self.dir.join(name).display()
            ),
        }
    }
}

/// The text of a field without the trailing newline that editors and `echo` add; None if it is not
/// a file.
async fn read_field(name: &str, path: &Path) -> Result<Option<SecretString>, SecretsError> {
    // metadata() follows symbolic links: each field of a Kubernetes mount is one.
    let metadata = tokio::fs::metadata(path)
        .await
        .map_err(|error| unavailable(name, error))?;
    if !metadata.is_file() {
        return Ok(None);
    }
    if metadata.len() > MAX_FIELD_BYTES {
        return Err(malformed(name, "a field is larger than 64 KiB"));
    }
    let mut text = match tokio::fs::read_to_string(path).await {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return Err(malformed(name, "a field is not UTF-8 text"));
        }
        Err(error) => return Err(unavailable(name, error)),
    };
    text.truncate(text.trim_end_matches(['\r', '\n']).len());
    Ok(Some(SecretString::from(text)))
}

fn malformed(name: &str, reason: &'static str) -> SecretsError {
    SecretsError::Malformed {
        provider: PROVIDER,
        secret: name.to_owned(),
        reason,
    }
}

fn unavailable(name: &str, error: io::Error) -> SecretsError {
    SecretsError::Unavailable {
        provider: PROVIDER,
        secret: name.to_owned(),
        reason: error.kind().to_string(),
        source: Box::new(error),
    }
}
