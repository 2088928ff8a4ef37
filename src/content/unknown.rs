//! Names that callers give, and that are nothing's.

use std::fmt;

use super::{
    Content, Error, NodeKind,
    catalogue::{Named, Names},
};
use crate::text::{closest, cut::cut};

/// A name that is nothing's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// Of what it should be.
    pub kind: NodeKind,
    /// The name.
    pub slug: String,
    /// The name that is most like it, where one is like it at all.
    pub closest: Option<String>,
}

/// How much is told of a name, in characters.
const TOLD: usize = 60;

impl Content {
    /// The first of these names that is no tag's, category's, source's or series', whichever it should be. No statement,
    /// where all of them are known.
    pub async fn unknown_name(&self, names: &[(NodeKind, &str)]) -> Result<Option<UnknownName>, Error> {
        let reading = self.reading();
        let is_known = |known: &Names| names.iter().all(|(kind, slug)| known.has(*kind, slug));
        let known = reading.names_of_input(is_known).await;
        reading.finish().await?;
        let known = known?;
        let unknown = names.iter().find(|(kind, slug)| !known.has(*kind, slug));
        Ok(unknown.map(|&(kind, slug)| UnknownName { kind, slug: slug.to_owned(), closest: known.closest(kind, slug) }))
    }
}

impl Names {
    fn has(&self, kind: NodeKind, slug: &str) -> bool {
        match kind {
            NodeKind::Tag => self.tags.find(slug).is_some(),
            NodeKind::Category => self.categories.find(slug).is_some(),
            NodeKind::Source => self.sources.find(slug).is_some(),
            NodeKind::Series => self.series.find(slug).is_some(),
            NodeKind::Episode | NodeKind::Summary => false,
        }
    }

    fn closest(&self, kind: NodeKind, slug: &str) -> Option<String> {
        match kind {
            NodeKind::Tag => closest_of(&self.tags, slug),
            NodeKind::Category => closest_of(&self.categories, slug),
            NodeKind::Source => closest_of(&self.sources, slug),
            NodeKind::Series => closest_of(&self.series, slug),
            NodeKind::Episode | NodeKind::Summary => None,
        }
    }
}

/// In the order of the alphabet, as of several that are as close the first counts.
fn closest_of<T>(named: &Named<T>, slug: &str) -> Option<String> {
    let mut slugs: Vec<&str> = named.slugs().map(|(slug, _)| slug).collect();
    slugs.sort_unstable();
    closest(slug, slugs).map(str::to_owned)
}

impl fmt::Display for UnknownName {
    /// `` `backnd` is no tag here; did you mean `backend`?``
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no {} here", cut(&self.slug, TOLD), self.kind.as_str().to_lowercase())?;
        match &self.closest {
            Some(closest) => write!(f, "; did you mean `{closest}`?"),
            None => Ok(()),
        }
    }
}
