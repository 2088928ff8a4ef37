//! What is wanted of an output, read off its parameters, and the part of its question that digests and feeds share.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::{
    parameters::{PARAMETERS, Parameter},
    period::{self, Since},
};
use crate::{
    clock::Timestamp,
    content::{NodeKind, UnknownName},
    text::{LanguageTag, closest, cut::cut},
};

/// Which parameters there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Those of a digest: all of them.
    Digest,
    /// Those of a feed.
    Feed,
}

/// What is wrong with parameters, as a sentence without its full stop: which one, and what it can be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Wrong(pub(super) String);

/// What is wanted of an output.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    kind: Kind,
    /// As they were given, by their own names.
    given: Vec<(&'static str, String)>,
    pub(super) tags: Vec<String>,
    pub(super) categories: Vec<String>,
    pub(super) sources: Vec<String>,
    pub(super) series: Vec<String>,
    pub(super) languages: Vec<LanguageTag>,
    pub(super) text: Option<String>,
    pub(super) since: Option<Since>,
    pub(super) until: Option<NaiveDate>,
    pub(super) zone: Tz,
    /// As the API calls it.
    pub(super) grouping: &'static str,
    pub(super) limit: u16,
    pub(super) max_tokens: Option<usize>,
    pub(super) skip_empty: bool,
}

/// How much is told of a value that is refused, in characters.
const TOLD: usize = 60;

impl From<UnknownName> for Wrong {
    fn from(name: UnknownName) -> Self {
        Self(name.to_string())
    }
}

impl Wanted {
    /// Reads parameters, each with its value.
    pub fn read<N: AsRef<str>, V: AsRef<str>>(
        kind: Kind,
        parameters: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, Wrong> {
        let mut wanted = Self {
            kind,
            given: Vec::new(),
            tags: Vec::new(),
            categories: Vec::new(),
            sources: Vec::new(),
            series: Vec::new(),
            languages: Vec::new(),
            text: None,
            since: None,
            until: None,
            zone: Tz::UTC,
            grouping: "DAY",
            limit: if kind == Kind::Feed { 50 } else { 200 },
            max_tokens: None,
            skip_empty: false,
        };
        for (name, value) in parameters {
            wanted.take(name.as_ref(), value.as_ref())?;
        }
        Ok(wanted)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), Wrong> {
        let kind = self.kind;
        let parameter = match Parameter::named(name) {
            Some(parameter) if parameter.is_of(kind) => parameter,
            Some(parameter) => {
                return Err(Wrong(format!("`{}` goes with digests, and not with a feed", parameter.name)));
            }
            None => return Err(unknown(kind, name)),
        };
        let name = parameter.name;
        if !parameter.repeats && self.given.iter().any(|(other, _)| *other == name) {
            return Err(Wrong(format!("`{name}` is given twice: give it once")));
        }
        if (parameter.read)(self, value).is_none() {
            let (told, expects, meant) = (cut(value, TOLD), parameter.expects, parameter.meant(value));
            return Err(Wrong(format!("`{name}` is `{told}`: expected {expects}{meant}")));
        }
        self.given.push((name, value.to_owned()));
        Ok(())
    }

    /// Whether it is a digest or a feed.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its parameters as they were given, by their own names.
    pub fn given(&self) -> &[(&'static str, String)] {
        &self.given
    }

    /// The same as the query of an address, without its `?`.
    pub fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.given);
        query.finish()
    }

    /// The names that its filter has, with what each should be one of.
    pub fn names(&self) -> Vec<(NodeKind, &str)> {
        let lists = [
            (NodeKind::Tag, &self.tags),
            (NodeKind::Category, &self.categories),
            (NodeKind::Source, &self.sources),
            (NodeKind::Series, &self.series),
        ];
        lists.into_iter().flat_map(|(kind, slugs)| slugs.iter().map(move |slug| (kind, slug.as_str()))).collect()
    }

    /// The first and the last day of a digest, as it is now.
    pub(super) fn days(&self, now: Timestamp) -> Result<(NaiveDate, NaiveDate), Wrong> {
        period::days(self.since.unwrap_or(Since::WEEK), self.until, self.zone, now).map_err(Wrong)
    }

    /// The instants between which a feed lies, as `publishedAt` of a filter; null where it has no ends.
    pub(super) fn instants(&self, now: Timestamp) -> Result<Value, Wrong> {
        let begin = |day| period::begin(day, self.zone).to_string();
        let after = |day: NaiveDate| day.succ_opt().map(begin);
        match (self.since, self.until) {
            (None, None) => Ok(Value::Null),
            (None, Some(last)) => Ok(json!({ "lt": after(last) })),
            (Some(since), until) => {
                let (first, last) = period::days(since, until, self.zone, now).map_err(Wrong)?;
                Ok(json!({ "gte": begin(first), "lt": until.and(after(last)) }))
            }
        }
    }

    /// Since when its period is as it is now: for ever, if it does not move with time.
    pub fn since(&self, now: Timestamp) -> Timestamp {
        let today = || period::begin(period::today(self.zone, now), self.zone);
        match (self.since, self.until) {
            (Some(Since::Hours(_)), _) => now,
            (Some(Since::Days(_)), None) => today(),
            (None | Some(Since::Date(_)), None) if self.kind == Kind::Digest => today(),
            _ => Timestamp::default(),
        }
    }

    /// The API's `SummaryFilter`, period apart.
    pub(super) fn filter(&self) -> Value {
        let any_of = |slugs: &[String]| if slugs.is_empty() { Value::Null } else { json!({ "anyOf": slugs }) };
        let languages: Vec<&str> = self.languages.iter().map(LanguageTag::as_str).collect();
        json!({
            "tags": any_of(&self.tags),
            "categories": any_of(&self.categories),
            "sources": any_of(&self.sources),
            "series": any_of(&self.series),
            "languages": Some(languages).filter(|it| !it.is_empty()),
            "text": self.text,
        })
    }
}

/// What is said of a name that is none.
fn unknown(kind: Kind, name: &str) -> Wrong {
    let known: Vec<&str> = PARAMETERS.iter().filter(|it| it.is_of(kind)).map(|it| it.name).collect();
    let what = if kind == Kind::Digest { "a digest" } else { "a feed" };
    let meant = closest(name, known.iter().copied()).map(|it| format!("; did you mean `{it}`?"));
    let meant = meant.unwrap_or_else(|| ".".to_owned());
    Wrong(format!("`{}` is no parameter of {what}{meant} There are {}", cut(name, TOLD), known.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-05-10T22:30:00Z.
    const NOW: Timestamp = Timestamp(1_778_452_200);

    fn wrong(kind: Kind, query: &[(&str, &str)]) -> String {
        Wanted::read(kind, query.iter().copied()).expect_err("it is wrong").to_string()
    }

    #[test]
    fn a_wrong_name_is_told_with_the_one_that_was_meant() {
        let known = "tag, category, source, series, language, search, since, until, tz, limit";
        assert_eq!(
            wrong(Kind::Feed, &[("sicne", "7d")]),
            format!("`sicne` is no parameter of a feed; did you mean `since`? There are {known}")
        );
        assert_eq!(
            wrong(Kind::Digest, &[("x", "")]),
            "`x` is no parameter of a digest. There are tag, category, source, series, language, search, since, until, \
             tz, group-by, limit, max-tokens, if-empty"
        );
        let told = "`group-by` goes with digests, and not with a feed";
        assert_eq!(wrong(Kind::Feed, &[("group-by", "tag")]), told);
    }

    #[test]
    fn a_wrong_value_is_told_with_what_it_can_be() {
        for (name, value, told) in [
            ("tag", " ", "`tag` is ` `: expected a slug"),
            (
                "language",
                "??",
                "`language` is `??`: expected a BCP 47 language tag such as en, pt-BR or zh-Hans-CN, or und",
            ),
            (
                "since",
                "week",
                "`since` is `week`: expected days, weeks or hours such as 7d, 2w or 24h, or a date such as 2026-05-08",
            ),
            ("until", "2026-02-30", "`until` is `2026-02-30`: expected a date such as 2026-05-08"),
            (
                "tz",
                "europe/berlin",
                "`tz` is `europe/berlin`: expected the name of a time zone such as Europe/Berlin or UTC; did you mean `Europe/Berlin`?",
            ),
            (
                "tz",
                "Europe/Berln",
                "`tz` is `Europe/Berln`: expected the name of a time zone such as Europe/Berlin or UTC; did you mean `Europe/Berlin`?",
            ),
            (
                "group-by",
                "catgory",
                "`group-by` is `catgory`: expected day, category, source or tag; did you mean `category`?",
            ),
            ("if-empty", "Skip", "`if-empty` is `Skip`: expected print or skip; did you mean `skip`?"),
            ("limit", "1001", "`limit` is `1001`: expected a whole number from 0 to 1000, for a feed from 1 to 100"),
            ("max-tokens", "0", "`max-tokens` is `0`: expected a whole number from 1"),
        ] {
            assert_eq!(wrong(Kind::Digest, &[(name, value)]), told);
        }
        assert_eq!(wrong(Kind::Digest, &[("q", "a"), ("search", "b")]), "`search` is given twice: give it once");
        assert!(wrong(Kind::Digest, &[("q", &"word ".repeat(300))]).ends_with("1,000 characters and 32 terms"));
        assert!(wrong(Kind::Feed, &[("limit", "101")]).starts_with("`limit` is `101`"));
    }

    #[test]
    fn a_feed_has_no_ends_unless_it_is_given_some() {
        let instants = |query: &[(&str, &str)]| {
            let wanted = Wanted::read(Kind::Feed, query.iter().copied()).expect("it is right");
            wanted.instants(NOW).map_err(|wrong| wrong.to_string())
        };
        assert_eq!(instants(&[]), Ok(Value::Null));
        let berlin = ("tz", "Europe/Berlin");
        assert_eq!(instants(&[("since", "1d"), berlin]), Ok(json!({ "gte": "2026-05-10T22:00:00Z", "lt": null })));
        assert_eq!(
            instants(&[("since", "2026-05-04"), ("until", "2026-05-08")]),
            Ok(json!({ "gte": "2026-05-04T00:00:00Z", "lt": "2026-05-09T00:00:00Z" }))
        );
        assert_eq!(instants(&[("until", "2026-05-08"), berlin]), Ok(json!({ "lt": "2026-05-08T22:00:00Z" })));
        let late = "`since` is 2026-05-09, which is after the last day (2026-05-08)".to_owned();
        assert_eq!(instants(&[("since", "2026-05-09"), ("until", "2026-05-08")]), Err(late));
    }

    #[test]
    fn values_of_one_name_are_any_of_them() {
        let query = [("tag", "backend"), ("language", "EN"), ("tag", "queues"), ("q", "lock"), ("language", "und")];
        let wanted = Wanted::read(Kind::Digest, query).expect("it is right");
        let filter = json!({
            "tags": { "anyOf": ["backend", "queues"] },
            "categories": null,
            "sources": null,
            "series": null,
            "languages": ["en", "und"],
            "text": "lock",
        });
        assert_eq!(wanted.filter(), filter);
        assert_eq!(wanted.given()[3], ("search", "lock".to_owned()));
    }
}
