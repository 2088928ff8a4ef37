//! The closed sets of values that columns hold, stored under their GraphQL names.

use sea_orm::entity::prelude::*;

/// A closed set, stored as text and read back by name.
macro_rules! kind {
    ($(#[$about:meta])* $name:ident: $($(#[$item_about:meta])* $item:ident = $text:literal,)+) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter, DeriveActiveEnum)]
        #[sea_orm(rs_type = "String", db_type = "Text")]
        pub enum $name {
            $($(#[$item_about])* #[sea_orm(string_value = $text)] $item,)+
        }

        impl $name {
            /// All of them, in the order in which the schema lists them.
            pub const ALL: &'static [Self] = &[$(Self::$item),+];

            /// As it is stored, and as GraphQL calls it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$item => $text),+ }
            }

            /// The one of that name.
            #[must_use]
            pub fn named(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|it| it.as_str() == text)
            }
        }
    };
}

kind! {
    /// What a source publishes.
    SourceKind:
    /// One author's or one team's writing.
    #[default]
    Blog = "BLOG",
    /// A magazine, a newspaper, many authors.
    Publication = "PUBLICATION",
    /// Episodes to listen to.
    Podcast = "PODCAST",
    /// Films.
    VideoChannel = "VIDEO_CHANNEL",
    /// Letters to subscribers.
    Newsletter = "NEWSLETTER",
    /// Other sources' items.
    Aggregator = "AGGREGATOR",
    /// Nothing by itself: one-off pages are filed under it.
    Manual = "MANUAL",
}

kind! {
    /// Text, sound or pictures.
    EpisodeKind:
    /// To read.
    #[default]
    Article = "ARTICLE",
    /// To listen to.
    Audio = "AUDIO",
    /// To watch.
    Video = "VIDEO",
}

kind! {
    /// How far a summary has come.
    SummaryStatus:
    /// Being written.
    #[default]
    Draft = "DRAFT",
    /// Written; goes out at its time.
    Scheduled = "SCHEDULED",
    /// For everybody.
    Published = "PUBLISHED",
    /// Taken back.
    Archived = "ARCHIVED",
}

kind! {
    /// Who wrote a summary.
    SummaryOrigin:
    /// A person.
    Human = "HUMAN",
    /// A language model.
    Model = "MODEL",
    /// Nobody: it is the beginning of the episode's own text.
    #[default]
    Excerpt = "EXCERPT",
}

kind! {
    /// What a change was made to.
    NodeKind:
    /// See [`crate::source`].
    #[default]
    Source = "SOURCE",
    /// See [`crate::series`].
    Series = "SERIES",
    /// See [`crate::episode`].
    Episode = "EPISODE",
    /// See [`crate::summary`].
    Summary = "SUMMARY",
    /// See [`crate::category`].
    Category = "CATEGORY",
    /// See [`crate::tag`].
    Tag = "TAG",
}

kind! {
    /// What happened to a node.
    ChangeKind:
    /// It came.
    #[default]
    Created = "CREATED",
    /// It is different.
    Updated = "UPDATED",
    /// It went.
    Deleted = "DELETED",
}

kind! {
    /// What published summaries are counted by.
    Dimension:
    /// All of them, under one key.
    #[default]
    All = "ALL",
    /// By source.
    Source = "SOURCE",
    /// By category; those without one under the key 0.
    Category = "CATEGORY",
    /// By tag.
    Tag = "TAG",
    /// By language.
    Language = "LANGUAGE",
}

kind! {
    /// How fetching a source goes.
    SourceHealth:
    /// Well.
    #[default]
    Ok = "OK",
    /// It went wrong the last time, and is tried again.
    Failing = "FAILING",
    /// The source said that it is gone for good; nobody asks any more.
    Gone = "GONE",
    /// Somebody wants nobody to ask.
    Paused = "PAUSED",
}

kind! {
    /// What a job is to do.
    JobKind:
    /// Fetch a source.
    #[default]
    Fetch = "FETCH",
    /// Have a model write an episode's summary.
    Summarize = "SUMMARIZE",
}
