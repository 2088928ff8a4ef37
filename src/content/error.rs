//! What can go wrong between a question and its answer.

use sea_orm::DbErr;
use serde::de::DeserializeOwned;

use crate::db::is_unavailable;

/// Why content could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller can mend it: what was wrong, and what to do.
    #[error("{0}")]
    Input(String),
    /// The database was too busy, or is gone.
    #[error("the database can't be reached")]
    Unavailable(#[source] DbErr),
    /// A fault of ours, or of the database.
    #[error("the database refused")]
    Database(#[source] DbErr),
}

impl Error {
    /// Something that the caller can mend.
    pub fn input(message: impl Into<String>) -> Self {
        Self::Input(message.into())
    }

    /// What the database said.
    pub(super) fn cause(&self) -> Option<&DbErr> {
        match self {
            Self::Input(_) => None,
            Self::Unavailable(cause) | Self::Database(cause) => Some(cause),
        }
    }
}

/// A value that is stored as JSON text.
pub(super) fn stored<T: DeserializeOwned>(json: &str) -> Result<T, Error> {
    serde_json::from_str(json).map_err(|error| Error::Database(DbErr::Json(error.to_string())))
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        if is_unavailable(&error) { Self::Unavailable(error) } else { Self::Database(error) }
    }
}
