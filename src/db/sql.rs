//! A statement as it is put together: its text, and the values that stand beside it.

use sea_orm::{Statement, Value};

use super::{Dialect, dialect::Member};

/// A statement in the making. Values never enter its text.
#[derive(Debug)]
pub struct Sql {
    dialect: Dialect,
    text: String,
    values: Vec<Value>,
    turns: Option<Turns>,
}

/// One of the values, and what it is each time that the statement runs.
#[derive(Debug)]
pub(super) struct Turns {
    /// Its place, from 0.
    pub(super) place: usize,
    pub(super) values: Vec<i64>,
}

impl Sql {
    /// An empty one.
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect, text: String::with_capacity(512), values: Vec::new(), turns: None }
    }

    /// Whose words it is in.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Adds to the text.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a value, and its placeholder to the text. A text with a NUL is in no database, as PostgreSQL
    /// takes none: it is bound as null, which equals nothing.
    pub fn bind(&mut self, value: Value) -> &mut Self {
        let has_nul = matches!(&value, Value::String(Some(text)) if text.contains('\0'));
        self.values.push(if has_nul { Value::String(None) } else { value });
        let place = itoa::Buffer::new().format(self.values.len()).to_owned();
        self.push("$").push(&place)
    }

    /// `expression IN (values)`.
    pub fn any_of<T: Member>(&mut self, expression: &str, values: Vec<T>) -> &mut Self {
        self.dialect.any_of(self, expression, values);
        self
    }

    /// A table of the summaries whose words match: `m`, with its columns `id` and `score`.
    pub fn matches(&mut self, expression: &str) -> &mut Self {
        self.dialect.matches(self, expression);
        self
    }

    /// Whether a summary's words match.
    pub fn is_match(&mut self, id: &str, expression: &str) -> &mut Self {
        self.dialect.is_match(self, id, expression);
        self
    }

    /// A table of these values, in one parameter: `p`, with its column `value`.
    pub fn each<T: Member + Clone>(&mut self, values: &[T]) -> &mut Self {
        self.dialect.each(self, values);
        self
    }

    /// Has the statement run once for each of these numbers, and gives the placeholder for it: where there are no lateral
    /// joins ([`Dialect::has_lateral`]), which is where nothing lies between it and its database. Its rows come one turn
    /// after another.
    pub fn in_turn(&mut self, values: &[i64]) -> String {
        let place = self.values.len();
        self.values.push(0_i64.into());
        self.turns = Some(Turns { place, values: values.to_vec() });
        format!("${}", place + 1)
    }

    /// Adds the items one after another, with `between` between them.
    pub fn join<I: IntoIterator>(
        &mut self,
        items: I,
        between: &str,
        mut write: impl FnMut(&mut Self, I::Item),
    ) -> &mut Self {
        for (place, item) in items.into_iter().enumerate() {
            if place > 0 {
                self.push(between);
            }
            write(self, item);
        }
        self
    }

    /// Its text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Its values, in the order of their placeholders.
    pub(super) fn values(&self) -> &[Value] {
        &self.values
    }

    /// What it runs in turn with, if it does.
    pub(super) fn turns(&self) -> Option<&Turns> {
        self.turns.as_ref()
    }

    /// As sea-orm runs it.
    pub(super) fn statement(self) -> Statement {
        Statement::from_sql_and_values(self.dialect.backend(), self.text, self.values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_any_length_is_one_parameter() {
        let text = |dialect, ids: Vec<i64>| {
            let mut sql = Sql::new(dialect);
            sql.push("SELECT 1 WHERE ").any_of("id", ids).push(" AND kind = ").bind("BLOG".into());
            sql.statement().sql
        };
        assert_eq!(text(Dialect::Postgres, vec![1]), "SELECT 1 WHERE id = $1 AND kind = $2");
        assert_eq!(text(Dialect::Postgres, vec![1, 2, 3]), "SELECT 1 WHERE id = ANY($1) AND kind = $2");
        let sqlite = "SELECT 1 WHERE id IN (SELECT value FROM json_each($1)) AND kind = $2";
        assert_eq!(text(Dialect::Sqlite, vec![1, 2]), sqlite);
        assert_eq!(text(Dialect::Sqlite, vec![]), sqlite);
    }
}
