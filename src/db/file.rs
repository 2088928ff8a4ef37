//! The file of an SQLite database: whether what its path leads to is still what was opened.
//!
//! SQLite goes on with a file that was deleted or replaced. What is read then is at least what was there;
//! what is written goes with the last process that has the file open.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use sea_orm::sqlx;

/// Where the file is, and which one was opened.
#[derive(Clone, Debug)]
pub(super) struct File(Arc<(PathBuf, OnceLock<Identity>)>);

/// Device and number.
type Identity = (u64, u64);

/// What was opened is not there any more.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the database's file was deleted or replaced while it was in use: put it back, or restart")]
pub(super) struct Replaced;

impl File {
    /// A file that nobody has opened yet.
    pub(super) fn at(path: &Path) -> Self {
        Self(Arc::new((path.into(), OnceLock::new())))
    }

    /// Takes note of which file it is, the first time, and makes sure that it is that one from then on.
    pub(super) fn check(&self) -> Result<(), sqlx::Error> {
        let (path, opened) = &*self.0;
        let found = match identity(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            found => Some(found?),
        };
        let is_same = found.is_some_and(|found| *opened.get_or_init(|| found) == found);
        if is_same { Ok(()) } else { Err(sqlx::Error::Io(io::Error::other(Replaced))) }
    }
}

fn identity(path: &Path) -> io::Result<Identity> {
    let found = fs::metadata(path)?;
    Ok((found.dev(), found.ino()))
}
