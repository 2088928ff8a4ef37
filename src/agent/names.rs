//! Which of the names that there are somebody may have meant: the same letters in another case, the same word in
//! the plural, another word for the same thing, or a slip of the fingers. Each has its price, and the least wins.

/// The letters and digits of a name, in lower case: `published_at` and `PublishedAt` are one.
pub(super) fn fold(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|it| it.to_ascii_lowercase()).collect()
}

/// What a name costs to be taken for another one.
pub(super) const CASE: u32 = 1;
pub(super) const WORD: u32 = 2;
const SLIP: u32 = 2;

/// Names of fewer characters are no slips of others.
const SHORTEST: usize = 4;

/// The names that may be meant by this one, each with its price, the best first. Those that are spelled alike are
/// only looked for where nothing else fits.
pub(super) fn likely<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Vec<(u32, &'n str)> {
    let known: Vec<&str> = known.collect();
    let folded = fold(name);
    let with = |cost: u32, fits: &dyn Fn(&str) -> bool| -> Vec<(u32, &'n str)> {
        known.iter().filter(|other| fits(other)).map(|other| (cost, *other)).collect()
    };
    let same = with(CASE, &|other| fold(other) == folded);
    if !same.is_empty() {
        return same;
    }
    let (stem, words) = (stem(&folded), meant(&folded));
    let own = in_singular(name);
    let of_noun = with(WORD, &|other| self::stem(&fold(other)) == stem || in_singular(other) == own);
    let by_word = with(WORD, &|other| words.contains(&other));
    // `lang` is `languages` only where there is no `language`.
    let by_noun = with(WORD, &|other| words.iter().any(|word| alike(word, other)));
    let related: Vec<(u32, &str)> =
        of_noun.into_iter().chain(if by_word.is_empty() { by_noun } else { by_word }).collect();
    if related.is_empty() { near(name, &known) } else { related }
}

/// The names that differ from this one by the fewest slips, if those are few: in each of its words, as `minItems` is
/// no slip of `maxItems`, nor `createdAt` of `updatedAt`.
fn near<'n>(name: &str, known: &[&'n str]) -> Vec<(u32, &'n str)> {
    if name.chars().count() < SHORTEST {
        return Vec::new();
    }
    let own = words(name);
    let near: Vec<(usize, &str)> =
        known.iter().filter_map(|other| Some((slips(&own, &words(other))?, *other))).collect();
    let least = near.iter().map(|(slips, _)| *slips).min();
    let nearest = near.into_iter().filter(|(slips, _)| Some(*slips) == least);
    nearest.map(|(slips, other)| (SLIP + u32::try_from(slips).unwrap_or(SLIP), other)).collect()
}

/// How many slips make one name of the other; none where that are too many.
fn slips(one: &[String], other: &[String]) -> Option<usize> {
    if one.len() != other.len() {
        return slips_in_word(&one.concat(), &other.concat());
    }
    one.iter().zip(other).map(|(one, other)| slips_in_word(one, other)).sum()
}

fn slips_in_word(one: &str, other: &str) -> Option<usize> {
    let length = one.chars().count();
    let allowed = match length {
        // `off` for `of`, but not `min` for `max`.
        0..SHORTEST => usize::from(one.get(..2) == other.get(..2)),
        SHORTEST..=5 => 1,
        _ => 2,
    };
    Some(strsim::osa_distance(one, other)).filter(|slips| *slips <= allowed)
}

/// The words of a name without their plurals: `summariesCount` and `summaryCount` are one.
fn in_singular(name: &str) -> Vec<String> {
    words(name).iter().map(|word| singular(word).to_owned()).collect()
}

/// The words of a name, in lower case: those of `publishedAt` and `PUBLISHED_AT` are the same.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = '_';
    for it in name.chars() {
        if (it.is_uppercase() && before.is_lowercase()) || it == '_' || it == '-' {
            words.push(String::new());
        }
        if let (Some(word), true) = (words.last_mut(), it.is_alphanumeric()) {
            word.extend(it.to_lowercase());
        }
        before = it;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether two names are of one noun: `summary` and `getSummaries`.
pub(super) fn alike(one: &str, other: &str) -> bool {
    stem(&fold(one)) == stem(&fold(other))
}

/// What is left of a name without what people put around nouns, and without its plural.
fn stem(folded: &str) -> &str {
    const BEFORE: [&str; 9] = ["get", "list", "all", "fetch", "find", "query", "latest", "recent", "newest"];
    const BEHIND: [&str; 4] = ["connection", "collection", "list", "page"];
    let bare = BEFORE.iter().find_map(|it| folded.strip_prefix(it)).unwrap_or(folded);
    let bare = BEHIND.iter().find_map(|it| bare.strip_suffix(it)).unwrap_or(bare);
    singular(if bare.is_empty() { folded } else { bare })
}

/// Without the ending of a plural, for comparing alone: `categories` and `category` both lose their last letters.
pub(super) fn singular(folded: &str) -> &str {
    if folded.ends_with("us") || folded.ends_with("ss") || folded.len() < 3 {
        return folded;
    }
    let one = match folded.strip_suffix("ses") {
        Some(_) => &folded[..folded.len() - 2],
        None => folded.strip_suffix('s').unwrap_or(folded),
    };
    one.strip_suffix("ie").or_else(|| one.strip_suffix('y')).unwrap_or(one)
}

/// The names for which this word stands, wherever they are known.
fn meant(folded: &str) -> Vec<&'static str> {
    let is_it = |word: &str| word == folded || singular(word) == singular(folded);
    WORDS.iter().filter(|(_, words)| words.split(' ').any(is_it)).map(|(name, _)| *name).collect()
}

/// The words that others use for a name.
pub(super) fn words_for(name: &str) -> Option<&'static str> {
    WORDS.iter().find(|(own, _)| *own == name).map(|(_, words)| *words)
}

/// Words for a name that others use, by the name. What means something else there (`offset`, which counts; `gt`,
/// which leaves its bound out) is in no line.
const WORDS: &[(&str, &str)] = &[
    // Fields.
    ("title", "headline heading name subject label caption"),
    ("heading", "title name headline"),
    ("name", "title label displayname headline"),
    ("tldr", "abstract summary synopsis teaser description brief snippet lead"),
    ("body", "text content fulltext longtext"),
    ("content", "body text fulltext"),
    ("excerpt", "description teaser snippet"),
    ("keyPoints", "bullets points highlights takeaways bulletpoints keytakeaways"),
    (
        "publishedAt",
        "date published pubdate publicationdate publishedon publishdate posted postedat datepublished timestamp",
    ),
    ("createdAt", "created createdon datecreated"),
    ("updatedAt", "updated modified updatedon modifiedat modifiedon lastupdated lastmodified dateupdated"),
    ("language", "lang locale"),
    ("url", "link href permalink uri address"),
    ("homepage", "website site"),
    ("kind", "type"),
    ("imageUrl", "image thumbnail picture cover"),
    ("iconUrl", "icon logo favicon"),
    ("durationSeconds", "duration length"),
    ("totalCount", "count total totalitems totalresults"),
    ("summaryCount", "count total"),
    ("missingNumbers", "gaps missing"),
    ("latestNumber", "latest"),
    ("tags", "topics labels keywords hashtags"),
    ("hashtags", "tags"),
    ("value", "text content markdown string"),
    ("previous", "prev"),
    ("pageInfo", "pagination paging meta"),
    ("hasNextPage", "hasmore hasnext more"),
    ("endCursor", "nextcursor nextpagetoken"),
    // Lists at the root.
    ("summaries", "articles posts items stories news entries"),
    ("episodes", "articles posts items stories entries"),
    ("sources", "feeds blogs publications channels sites"),
    ("categories", "shelves sections"),
    ("summaryDays", "days"),
    ("viewer", "me currentuser user whoami self"),
    // Arguments.
    ("first", "limit pagesize take perpage count top n num size max maxresults numresults"),
    ("maxItems", "limit first take count top n max maxresults"),
    ("after", "cursor aftercursor startafter pagetoken"),
    ("filter", "where filters condition conditions criteria query"),
    ("orderBy", "sort order sortby ordering sortorder"),
    ("by", "where filter key lookup"),
    ("maxChars", "maxlength length limit chars max maxlen truncate"),
    ("maxTokens", "tokens limit tokenlimit budget"),
    ("timeZone", "tz zone"),
    ("from", "since start startdate after"),
    ("to", "until end enddate before"),
    ("prefix", "startswith beginswith search q"),
    ("groupBy", "group"),
    ("format", "as type"),
    ("if", "when condition"),
    // Fields of inputs.
    ("sourceKinds", "kind type"),
    ("text", "search q query keyword keywords term"),
    ("anyOf", "in eq equals is any some or contains has includes hassome oneof slug slugs"),
    ("allOf", "all every hasevery hasall containsall and"),
    ("noneOf", "none not notin nin ne neq exclude without"),
    ("eq", "equals is equal"),
    ("gte", "from since after start min ge atleast"),
    ("lte", "max le atmost"),
    ("lt", "before until"),
    ("field", "by key column sort sortby orderby on"),
    ("direction", "order dir orderdirection sortdirection sortorder"),
    // Values of enums.
    ("PUBLISHED_AT", "date published newest"),
    ("UPDATED_AT", "updated modified"),
    ("ASC", "ascending up"),
    ("DESC", "descending down"),
    ("RELEVANCE", "score rank relevant"),
    ("MARKDOWN", "md"),
    ("PLAIN", "text txt plaintext"),
    ("VIDEO_CHANNEL", "youtube channel video"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn best<'n>(name: &str, known: &[&'n str]) -> Vec<&'n str> {
        likely(name, known.iter().copied()).into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn names_are_found_by_case_number_word_and_slip() {
        assert_eq!(best("published_at", &["publishedAt", "updatedAt"]), ["publishedAt"]);
        assert_eq!(best("category", &["categories", "tags"]), ["categories"]);
        assert_eq!(best("getSummaries", &["summaries", "tags"]), ["summaries"]);
        assert_eq!(best("limit", &["first", "after"]), ["first"]);
        assert_eq!(best("tilte", &["title", "tldr"]), ["title"]);
    }

    #[test]
    fn what_means_something_else_is_not_taken_for_a_slip() {
        for (name, known) in [
            ("createdAt", "updatedAt"),
            ("minItems", "maxItems"),
            ("startCursor", "endCursor"),
            ("gt", "gte"),
            ("lte", "lt"),
            ("offset", "first"),
            ("skip", "first"),
            ("page", "after"),
        ] {
            assert_eq!(best(name, &[known]), [""; 0], "{name}");
        }
    }

    #[test]
    fn names_that_are_equally_near_are_all_told() {
        assert_eq!(best("articles", &["episodes", "summaries", "tags"]), ["episodes", "summaries"]);
        assert_eq!(best("nodez", &["nodes", "noder"]), ["nodes", "noder"]);
    }

    #[test]
    fn plurals_and_singulars_meet() {
        for (one, many) in [("category", "categories"), ("status", "statuses"), ("source", "sources"), ("day", "days")]
        {
            assert_eq!(singular(one), singular(many), "{one}");
        }
    }
}
