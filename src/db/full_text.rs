//! Full-text search in the words of the two databases: FTS5 of SQLite, `tsvector` of PostgreSQL.
//!
//! [`crate::text::search`] says what the words are, and when a document matches. Here is how an index holds
//! them, and how a query asks it. The sets found are the same on both; the scores are each database's own.
//!
//! SQLite indexes five columns, as [`sqlite_columns`] gives them, in a table made with
//! `fts5(title, tldr, points, body, words, content='', contentless_delete=1, tokenize='ascii')`: that
//! tokenizer parts words at spaces and leaves all others than ASCII as they are. PostgreSQL has one vector
//! with a GIN index.

use crate::text::search::{Document, GAP, Term};

/// Which of the terms a document must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// All of them: what is wanted.
    All,
    /// One of them at least: for documents that are to be left out.
    Any,
}

/// The columns of a document for SQLite: stems of title, tldr, key points and body, and the surface forms of
/// them all.
pub fn sqlite_columns(document: &Document) -> [String; 5] {
    let [title, tldr, points, body] = document.stems().map(str::to_owned);
    let parts: Vec<&str> = document.surfaces().into_iter().filter(|it| !it.is_empty()).collect();
    [title, tldr, points, body, parts.join(&format!(" {GAP} "))]
}

/// A document for PostgreSQL, as the text of a `tsvector`: `'·endatabas':1A 'databases':1A`. Title, tldr,
/// key points and body have the weights A to D.
pub fn tsvector(document: &Document) -> String {
    let mut vector = String::new();
    let mut position = 0;
    for ((stems, surfaces), weight) in document.stems().into_iter().zip(document.surfaces()).zip(["A", "B", "C", "D"]) {
        for (stem, surface) in stems.split(' ').zip(surfaces.split(' ')) {
            position += 1;
            let place = itoa::Buffer::new().format(position).to_owned();
            let lexemes = if stem == surface { &[surface][..] } else { &[stem, surface] };
            for lexeme in lexemes.iter().filter(|it| !it.is_empty() && **it != GAP) {
                let separator = if vector.is_empty() { "'" } else { " '" };
                vector.extend([separator, lexeme, "':", &place, weight]);
            }
        }
        position += 1; // a phrase does not go on in the next part
    }
    vector
}

/// Terms as an expression for FTS5's `MATCH`: `("databases" OR "·endatabas") AND "data" *`. Empty without
/// terms, which FTS5 takes for a fault: do not ask then.
pub fn match_expression(terms: &[Term], wanted: Match) -> String {
    let phrase = |words: &[String], is_prefix| {
        let star = if is_prefix { " *" } else { "" };
        format!("\"{}\"{star}", words.join(" "))
    };
    expression(terms, if wanted == Match::All { " AND " } else { " OR " }, " OR ", phrase)
}

/// Terms as the text of a `tsquery`: `('databases' | '·endatabas') & 'data':*`. Empty without terms, which
/// matches nothing.
pub fn tsquery(terms: &[Term], wanted: Match) -> String {
    let phrase = |words: &[String], is_prefix| {
        let star = if is_prefix { ":*" } else { "" };
        format!("'{}'{star}", words.join("' <-> '"))
    };
    expression(terms, if wanted == Match::All { " & " } else { " | " }, " | ", phrase)
}

/// Scores are whole numbers, so that they compare and page exactly: billionths, since BM25 gives next to
/// nothing for words that most documents have.
pub const SCORE_UNITS: i64 = 1_000_000_000;

/// How well a row matches on SQLite: BM25 in [`SCORE_UNITS`], the more the better. A hit in the title counts
/// for ten in the body; one in the word's exact form a little more. In a statement that has the `MATCH`.
/// PostgreSQL's counterpart is its function `ranked_summaries`, which a migration makes.
pub fn sqlite_score(table: &str) -> String {
    format!("CAST(-{SCORE_UNITS} * bm25({table}, 10, 4, 2, 1, 0.5) AS INTEGER)")
}

/// The terms, each with its alternatives in brackets. No word has to be escaped: there are letters, digits
/// and marks in it, and what is not ASCII.
fn expression(terms: &[Term], between: &str, or: &str, phrase: impl Fn(&[String], bool) -> String) -> String {
    let alternatives = |term: &Term| {
        let phrases: Vec<String> = term.alternatives().iter().map(|it| phrase(it, term.is_prefix())).collect();
        format!("({})", phrases.join(or))
    };
    terms.iter().map(alternatives).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::search::Query;

    fn document() -> Document {
        let points = ["Faster".to_owned(), "C++".to_owned()];
        Document::new("Databases", "", &points, Some("In 2026, faster."), "en")
    }

    fn query(text: &str) -> Query {
        Query::parse_in(text, &["en", "ru"]).expect("the query is short")
    }

    #[test]
    fn sqlite_gets_stems_by_column_and_words_in_one() {
        assert_eq!(
            sqlite_columns(&document()),
            [
                "·endatabas",
                "",
                "·enfaster · ·encplusplus",
                "·enin 2026 ·enfaster",
                "databases · faster · cplusplus · in 2026 faster",
            ]
        );
        assert_eq!(sqlite_columns(&Document::default()), [""; 5]);
    }

    #[test]
    fn postgres_gets_both_forms_at_one_position() {
        assert_eq!(
            tsvector(&document()),
            "'·endatabas':1A 'databases':1A '·enfaster':5C 'faster':5C '·encplusplus':7C 'cplusplus':7C \
             '·enin':9D 'in':9D '2026':10D '·enfaster':11D 'faster':11D"
        );
        assert_eq!(tsvector(&Document::default()), "");
    }

    #[test]
    fn a_term_is_asked_for_with_its_alternatives() {
        let query = query("databases \"fast queries\" no* -java -2026");
        assert_eq!(
            match_expression(query.wanted(), Match::All),
            "(\"databases\" OR \"·endatabas\" OR \"·rudatabas\") \
             AND (\"fast queries\" OR \"·enfast ·enqueri\" OR \"·rufast ·ruqueri\") AND (\"no\" *)"
        );
        assert_eq!(
            match_expression(query.unwanted(), Match::Any),
            "(\"java\" OR \"·enjava\" OR \"·rujava\") OR (\"2026\")"
        );
        assert_eq!(
            tsquery(query.wanted(), Match::All),
            "('databases' | '·endatabas' | '·rudatabas') \
             & ('fast' <-> 'queries' | '·enfast' <-> '·enqueri' | '·rufast' <-> '·ruqueri') & ('no':*)"
        );
        assert_eq!(tsquery(query.unwanted(), Match::Any), "('java' | '·enjava' | '·rujava') | ('2026')");
        assert_eq!((match_expression(&[], Match::All), tsquery(&[], Match::Any)), (String::new(), String::new()));
    }

    #[test]
    fn scores_are_whole_numbers() {
        assert_eq!(sqlite_score("t"), "CAST(-1000000000 * bm25(t, 10, 4, 2, 1, 0.5) AS INTEGER)");
    }
}
