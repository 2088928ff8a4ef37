//! Every difference between the two databases that a statement has to know.

use sea_orm::{DbBackend, Value};

use super::{
    Sql,
    full_text::{self, Match},
};
use crate::text::search::Term;

/// Which database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Embedded, no set-up.
    Sqlite,
    /// Several processes may share it.
    Postgres,
}

impl Dialect {
    /// sea-orm's name for it.
    pub fn backend(self) -> DbBackend {
        match self {
            Self::Sqlite => DbBackend::Sqlite,
            Self::Postgres => DbBackend::Postgres,
        }
    }

    /// What a `SELECT` ends in that keeps others from writing what it read. On SQLite there is one writer
    /// anyway.
    pub fn for_update(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE",
        }
    }

    /// What a `SELECT` ends in that takes rows for itself, and leaves out those that somebody else took.
    pub fn for_update_of_what_is_free(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => " FOR UPDATE SKIP LOCKED",
        }
    }

    /// An expression: a text that nobody guesses, another one in each row.
    pub fn random_token(self) -> &'static str {
        match self {
            Self::Sqlite => "lower(hex(randomblob(16)))",
            Self::Postgres => "replace(gen_random_uuid()::text, '-', '')",
        }
    }

    /// Whether a subquery in `FROM` may name what stands before it.
    pub fn has_lateral(self) -> bool {
        self == Self::Postgres
    }

    /// An expression: the numbers that `column` has in these rows, as one value, which is read as a `Vec<i64>`.
    pub fn numbers(self, column: &str, rows: &str) -> String {
        match self {
            Self::Sqlite => format!("(SELECT group_concat({column}) {rows})"),
            Self::Postgres => format!("ARRAY(SELECT {column} {rows})"),
        }
    }

    /// `expression IN (values)`, with all the values in one parameter, so that the statement's text
    /// does not depend on how many there are.
    pub fn any_of<T: Member>(self, sql: &mut Sql, expression: &str, values: Vec<T>) {
        sql.push(expression);
        match (self, <[T; 1]>::try_from(values)) {
            (_, Ok([only])) => sql.push(" = ").bind(only.into()),
            (Self::Sqlite, Err(values)) => {
                sql.push(" IN (SELECT value FROM json_each(").bind(T::json(&values).into()).push("))")
            }
            (Self::Postgres, Err(values)) => sql.push(" = ANY(").bind(T::array(values)).push(")"),
        };
    }

    /// These words as the text index is asked for them. Not without any: SQLite takes that for an error.
    pub fn match_expression(self, terms: &[Term], wanted: Match) -> String {
        match self {
            Self::Sqlite => full_text::match_expression(terms, wanted),
            Self::Postgres => full_text::tsquery(terms, wanted),
        }
    }

    /// A table `m (id, score)` of the summaries whose words match an expression of the text index. Scores are
    /// in billionths, so that they sort and page as integers; they compare within one database only.
    pub fn matches(self, sql: &mut Sql, expression: &str) {
        match self {
            Self::Sqlite => {
                sql.push("(SELECT rowid AS id, ").push(&full_text::sqlite_score("summary_text")).push(" AS score");
                sql.push(" FROM summary_text WHERE summary_text MATCH ").bind(expression.into()).push(") m")
            }
            Self::Postgres => sql.push("ranked_summaries(CAST(").bind(expression.into()).push(" AS tsquery)) m"),
        };
    }

    /// Whether the words of the summary that `id` names match an expression of the text index.
    pub fn is_match(self, sql: &mut Sql, id: &str, expression: &str) {
        sql.push(id).push(" IN (SELECT ");
        match self {
            Self::Sqlite => sql.push("rowid FROM summary_text WHERE summary_text MATCH ").bind(expression.into()),
            Self::Postgres => sql.push("matching_summaries(CAST(").bind(expression.into()).push(" AS tsquery))"),
        };
        sql.push(")");
    }

    /// The ids of some summaries whose words match the expression `p.value`: a subquery with a column `id`.
    /// Which ones, where there are more, is the index's choice.
    pub fn some_matches(self, most: usize) -> String {
        let matches = match self {
            Self::Sqlite => "SELECT rowid AS id FROM summary_text WHERE summary_text MATCH p.value",
            Self::Postgres => {
                "SELECT y.summary_id AS id FROM summary_text y WHERE y.lexemes @@ CAST(p.value AS tsquery)"
            }
        };
        format!("{matches} LIMIT {most}")
    }

    /// A table `p (value)` of these values, in one parameter.
    pub fn each<T: Member + Clone>(self, sql: &mut Sql, values: &[T]) {
        match self {
            Self::Sqlite => sql.push("json_each(").bind(T::json(values).into()).push(") p"),
            Self::Postgres => sql.push("unnest(").bind(T::array(values.to_vec())).push(") AS p(value)"),
        };
    }
}

/// What may stand in a list of values.
pub trait Member: Into<Value> + Sized {
    /// As SQLite takes them: a JSON list.
    fn json(values: &[Self]) -> String;
    /// As PostgreSQL takes them.
    fn array(values: Vec<Self>) -> Value;
}

impl Member for i64 {
    fn json(values: &[Self]) -> String {
        serde_json::Value::from(values).to_string()
    }

    fn array(values: Vec<Self>) -> Value {
        values.into()
    }
}

impl Member for String {
    fn json(values: &[Self]) -> String {
        serde_json::Value::from(values).to_string()
    }

    fn array(mut values: Vec<Self>) -> Value {
        values.retain(|text| !text.contains('\0')); // which no row has
        values.into()
    }
}
