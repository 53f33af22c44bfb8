//! Secrets as files, one folder a secret; existing values are kept.

use std::{
    fs::{self, DirBuilder, OpenOptions, Permissions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use super::ProvisionError;

/// A folder with mode 0700 and files with mode 0600.
pub struct Folder(PathBuf);

impl Folder {
    /// Creates it where it is missing.
    pub fn at(path: PathBuf) -> Result<Self, ProvisionError> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&path);
        made.and_then(|()| fs::set_permissions(&path, Permissions::from_mode(0o700)))
            .map_err(|source| ProvisionError::file(&path, source))?;
        Ok(Self(path))
    }

    /// A folder inside it.
    pub fn folder(&self, name: &str) -> Result<Self, ProvisionError> {
        Self::at(self.0.join(name))
    }

    /// The text of a file; none where it is missing or empty.
    pub fn read(&self, name: &str) -> Result<Option<String>, ProvisionError> {
        let path = self.0.join(name);
        match fs::read_to_string(&path) {
            Ok(text) if text.trim().is_empty() => Ok(None),
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(ProvisionError::file(&path, source)),
        }
    }

    /// The text of a file, made by `make` where it is missing.
    pub fn keep<E>(&self, name: &str, make: impl FnOnce() -> Result<String, E>) -> Result<String, ProvisionError>
    where
        ProvisionError: From<E>,
    {
        if let Some(text) = self.read(name)? {
            return Ok(text);
        }
        let text = make()?;
        self.write(name, &text)?;
        Ok(text)
    }

    /// Replaces a file whole: a reader, or a start after a crash, finds the old text or the new
    /// one.
    pub fn write(&self, name: &str, text: &str) -> Result<(), ProvisionError> {
        let (path, draft) = (self.0.join(name), self.0.join(format!(".{name}.new")));
        let write = || {
            let mut file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&draft)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&draft, &path)
        };
        write().map_err(|source| ProvisionError::file(&path, source))
    }

    /// Removes a file, where there is one.
    pub fn remove(&self, name: &str) -> Result<(), ProvisionError> {
        let path = self.0.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(ProvisionError::file(&path, error)),
            _ => Ok(()),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}
