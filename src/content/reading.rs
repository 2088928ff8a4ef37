//! One consistent look: every statement of a request sees the same state of the database.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use super::{Content, Error, catalogue::Names};
use crate::{
    clock::Timestamp,
    db::{Dialect, Ended, Reader, Row, Sql},
};

/// A look at the content. Its `list_*` and `find_*` stand with the nouns they read.
pub struct Reading {
    content: Content,
    reader: Reader,
    names: Mutex<Option<Arc<Names>>>,
    /// The names after a look at the change log: a snapshot shows no more at a second one.
    refreshed: OnceCell<Arc<Names>>,
}

impl Reading {
    pub(super) fn new(content: &Content, reader: Reader) -> Self {
        Self { content: content.clone(), reader, names: Mutex::default(), refreshed: OnceCell::new() }
    }

    /// Ends the look, gives its connection back, and says how many statements it took.
    pub async fn finish(self) -> Result<Ended, Error> {
        Ok(self.reader.finish().await?)
    }

    /// The time by the content's clock.
    pub(super) fn now(&self) -> Timestamp {
        self.content.now()
    }

    pub(super) fn sql(&self) -> Sql {
        self.reader.sql()
    }

    /// Which database it is.
    pub(super) fn dialect(&self) -> Dialect {
        self.reader.dialect()
    }

    pub(super) async fn rows(&self, sql: Sql) -> Result<Vec<Row>, Error> {
        Ok(self.reader.rows(sql).await?)
    }

    /// The names, in which everything that `has` looks for stands, if it exists.
    ///
    /// Rows lead to names that exist: what isn't known is new, and the names are loaded again.
    pub(super) async fn names_of_rows(&self, has: impl Fn(&Names) -> bool) -> Result<Arc<Names>, Error> {
        let names = self.names().await?;
        if has(&names) {
            return Ok(names);
        }
        Ok(self.keep(self.content.catalogue.reload(&self.reader, has).await?))
    }

    /// The same for names that a caller gave, and that may not exist: the names are loaded again only
    /// if any of them moved.
    pub(super) async fn names_of_input(&self, has: impl Fn(&Names) -> bool) -> Result<Arc<Names>, Error> {
        let names = self.names().await?;
        if has(&names) {
            return Ok(names);
        }
        // Fields that are read side by side wait for one look.
        let refresh = async || Ok::<_, Error>(self.keep(self.content.catalogue.refresh(&self.reader).await?));
        Ok(self.refreshed.get_or_try_init(refresh).await?.clone())
    }

    /// The names as they are in memory, if everything that `has` looks for stands there.
    pub(super) async fn names_if(&self, has: impl Fn(&Names) -> bool) -> Result<Option<Arc<Names>>, Error> {
        let names = self.names().await?;
        Ok(has(&names).then_some(names))
    }

    /// The names of this look: the same for all its fields, unless one of them needs newer ones.
    async fn names(&self) -> Result<Arc<Names>, Error> {
        let kept = self.names.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match kept {
            Some(names) => Ok(names),
            None => Ok(self.keep(self.content.catalogue.names(&self.reader).await?)),
        }
    }

    fn keep(&self, names: Arc<Names>) -> Arc<Names> {
        *self.names.lock().unwrap_or_else(PoisonError::into_inner) = Some(names.clone());
        names
    }
}
