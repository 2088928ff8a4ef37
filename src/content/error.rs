//! What can go wrong between a question and its answer.

use sea_orm::DbErr;
use serde::de::DeserializeOwned;

use crate::db::Fault;

/// Why content could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller can mend it: what was wrong, and what to do.
    #[error("{0}")]
    Input(String),
    /// The database is gone, or has too much to do: the same may work later.
    #[error("the database is out of reach or too busy")]
    Unavailable(#[source] DbErr),
    /// The database can't be written to: somebody has to see to it.
    #[error("the database can't be written to")]
    NotWritable(#[source] DbErr),
    /// It took longer than it may, and was stopped.
    #[error("the database took too long")]
    TooSlow(#[source] DbErr),
    /// One statement was expected, and this needs more of them: it is to be read from a snapshot. No caller sees this.
    #[error("this needs more than one statement")]
    NotAlone,
    /// Somebody else has the job under whose lease this was to be written.
    #[error("the lease was lost: somebody else does this now")]
    LeaseLost,
    /// What was to be written to is not there any more.
    #[error("it was removed meanwhile")]
    Gone,
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
            Self::Input(_) | Self::NotAlone | Self::LeaseLost | Self::Gone => None,
            Self::Unavailable(cause) | Self::NotWritable(cause) | Self::TooSlow(cause) | Self::Database(cause) => {
                Some(cause)
            }
        }
    }
}

/// A value that is stored as JSON text.
pub(super) fn stored<T: DeserializeOwned>(json: &str) -> Result<T, Error> {
    serde_json::from_str(json).map_err(|error| Error::Database(DbErr::Json(error.to_string())))
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match Fault::of(&error) {
            Fault::Unavailable => Self::Unavailable(error),
            Fault::NotWritable => Self::NotWritable(error),
            Fault::TooSlow => Self::TooSlow(error),
            Fault::NotAlone => Self::NotAlone,
            Fault::Internal => Self::Database(error),
        }
    }
}
