//! Rows to JSON bytes: one pass, no value tree.
//!
//! A field that fails writes nothing and says so; the nearest field that may be null takes back what
//! was written since, and is null (GraphQL, section 6.4.4). Paths cost nothing until then: an error
//! collects its path on the way up.

use async_graphql::{OutputType, PathSegment, Pos, ServerError};

use super::{
    error::{Code, coded},
    object::{Object, Writer},
    pages::{Mark, PageField, Part},
};

/// A value that is not null failed. The error is already noted.
#[derive(Debug)]
pub struct Nulled;

/// Whether a value was written.
pub type Written = Result<(), Nulled>;

/// One field of a selection.
pub struct Slot<O: Object> {
    pub(super) key: String,
    pub(super) position: Pos,
    pub(super) nullable: bool,
    /// What it is to a page, where that is wanted.
    pub(super) part: Option<PageField>,
    pub(super) write: Writer<O>,
}

/// The compiled selection of one object.
pub struct Selection<O: Object>(Vec<(Vec<u8>, Slot<O>)>);

impl<O: Object> FromIterator<Slot<O>> for Selection<O> {
    fn from_iter<I: IntoIterator<Item = Slot<O>>>(slots: I) -> Self {
        let label = |index, slot: Slot<O>| {
            let before: &[u8] = if index == 0 { b"{\"" } else { b",\"" };
            ([before, slot.key.as_bytes(), b"\":"].concat(), slot)
        };
        Self(slots.into_iter().enumerate().map(|(index, slot)| label(index, slot)).collect())
    }
}

impl<O: Object> Selection<O> {
    /// Writes what is selected of a row.
    pub fn write(&self, row: &O::Row, json: &mut Json) -> Written {
        json.mark(|| O::cursors(row).map(Part::Page));
        for (label, slot) in &self.0 {
            json.bytes.extend_from_slice(label);
            let place = || PathSegment::Field(slot.key.clone());
            json.value(slot.nullable, slot.position, place, |json| {
                json.mark(|| slot.part.map(Part::Field));
                (slot.write)(row, json)
            })?;
        }
        json.bytes.extend_from_slice(if self.0.is_empty() { b"{}" } else { b"}" });
        Ok(())
    }
}

/// The answer so far.
#[derive(Debug)]
pub struct Json {
    bytes: Vec<u8>,
    errors: Vec<ServerError>,
    /// Where pages stand, if that is wanted.
    marks: Option<Vec<Mark>>,
}

/// How many bytes there is room for at first: what grows is copied each time that it has doubled.
const ROOM: usize = 8192;

impl Default for Json {
    fn default() -> Self {
        Self { bytes: Vec::with_capacity(ROOM), errors: Vec::new(), marks: None }
    }
}

/// What was written of a field of the root: its bytes, unless it failed, and all errors and marks with their paths.
pub struct Finished {
    pub(super) json: Option<Vec<u8>>,
    pub(super) errors: Vec<ServerError>,
    pub(super) marks: Vec<Mark>,
}

#[expect(clippy::unnecessary_wraps, reason = "what writes a value says whether it did, whatever the value")]
impl Json {
    /// An answer whose pages are marked.
    pub fn marked() -> Self {
        Self { marks: Some(Vec::new()), ..Self::default() }
    }

    /// Ends the field of the root with that key.
    pub fn finish(mut self, written: &Written, key: &str, position: Pos) -> Finished {
        for error in &mut self.errors {
            error.path.push(PathSegment::Field(key.to_owned()));
            error.path.reverse();
            if error.locations.is_empty() {
                error.locations.push(position);
            }
        }
        let mut marks = self.marks.filter(|_| written.is_ok()).unwrap_or_default();
        for mark in &mut marks {
            mark.path.push(PathSegment::Field(key.to_owned()));
            mark.path.reverse();
        }
        Finished { json: written.is_ok().then_some(self.bytes), errors: self.errors, marks }
    }

    /// Marks what is written here as a part of a page, if it is one.
    fn mark(&mut self, part: impl FnOnce() -> Option<Part>) {
        if let Some(marks) = &mut self.marks
            && let Some(part) = part()
        {
            marks.push(Mark { path: Vec::new(), part });
        }
    }

    /// A value without fields of its own.
    pub fn leaf<G: Shows<T>, T>(&mut self, value: &T) -> Written {
        G::write(value, &mut self.bytes);
        Ok(())
    }

    /// What is written already.
    pub fn raw(&mut self, json: &[u8]) -> Written {
        self.bytes.extend_from_slice(json);
        Ok(())
    }

    /// Nothing.
    pub fn null(&mut self) -> Written {
        self.bytes.extend_from_slice(b"null");
        Ok(())
    }

    /// A list of values, none of which may be null.
    pub fn list<T>(&mut self, items: &[T], write: impl Fn(&T, &mut Self) -> Written) -> Written {
        self.list_of(false, items, write)
    }

    /// A list of values, each of which may be null.
    pub fn nullable_list<T>(&mut self, items: &[T], write: impl Fn(&T, &mut Self) -> Written) -> Written {
        self.list_of(true, items, write)
    }

    fn list_of<T>(&mut self, nullable: bool, items: &[T], write: impl Fn(&T, &mut Self) -> Written) -> Written {
        self.bytes.push(b'[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.bytes.push(b',');
            }
            self.value(nullable, Pos::default(), || PathSegment::Index(index), |json| write(item, json))?;
        }
        self.bytes.push(b']');
        Ok(())
    }

    /// A value that has to be there, and is not.
    pub fn lost(&mut self) -> Written {
        self.fault(coded("Something that has to be there could not be found.", Code::Internal))
    }

    /// A value that failed.
    pub fn fault(&mut self, error: ServerError) -> Written {
        self.errors.push(error);
        Err(Nulled)
    }

    /// A value at a place: its errors learn of the place, and if it may be null, they end there.
    fn value(
        &mut self,
        nullable: bool,
        position: Pos,
        place: impl Fn() -> PathSegment,
        write: impl FnOnce(&mut Self) -> Written,
    ) -> Written {
        let (bytes, errors) = (self.bytes.len(), self.errors.len());
        let marks = self.marks.as_ref().map_or(0, Vec::len);
        let written = write(self);
        for error in &mut self.errors[errors..] {
            error.path.push(place());
            if error.locations.is_empty() && position != Pos::default() {
                error.locations.push(position);
            }
        }
        for mark in self.marks.iter_mut().flatten().skip(marks) {
            mark.path.push(place());
        }
        match written {
            Err(Nulled) if nullable => {
                self.bytes.truncate(bytes);
                self.marks.iter_mut().for_each(|all| all.truncate(marks));
                self.null()
            }
            other => other,
        }
    }
}

/// A GraphQL type without fields, and how it shows a `T`.
pub trait Shows<T: ?Sized>: OutputType {
    /// Writes it as JSON.
    fn write(value: &T, out: &mut Vec<u8>);
}

impl<T, G: Shows<T>> Shows<Option<T>> for Option<G> {
    fn write(value: &Option<T>, out: &mut Vec<u8>) {
        match value {
            Some(value) => G::write(value, out),
            None => out.extend_from_slice(b"null"),
        }
    }
}

impl Shows<String> for String {
    fn write(value: &String, out: &mut Vec<u8>) {
        write_text(value, out);
    }
}

impl Shows<i32> for i32 {
    fn write(value: &i32, out: &mut Vec<u8>) {
        out.extend_from_slice(itoa::Buffer::new().format(*value).as_bytes());
    }
}

/// A count, which GraphQL's `Int` holds up to 2³¹ - 1.
impl Shows<i64> for i32 {
    fn write(value: &i64, out: &mut Vec<u8>) {
        let fits = i32::try_from(*value).unwrap_or(i32::MAX);
        out.extend_from_slice(itoa::Buffer::new().format(fits).as_bytes());
    }
}

/// Billionths.
impl Shows<i64> for f64 {
    fn write(value: &i64, out: &mut Vec<u8>) {
        const ONE: u64 = 1_000_000_000;
        let (sign, number) = (if *value < 0 { "-" } else { "" }, value.unsigned_abs());
        out.extend_from_slice(format!("{sign}{}.{:09}", number / ONE, number % ONE).as_bytes());
    }
}

impl Shows<bool> for bool {
    fn write(value: &bool, out: &mut Vec<u8>) {
        out.extend_from_slice(if *value { b"true" } else { b"false" });
    }
}

impl<T, G: Shows<T>> Shows<Vec<T>> for Vec<G> {
    fn write(value: &Vec<T>, out: &mut Vec<u8>) {
        out.push(b'[');
        for (index, item) in value.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            G::write(item, out);
        }
        out.push(b']');
    }
}

/// A list that is stored as JSON already.
impl Shows<String> for Vec<String> {
    fn write(value: &String, out: &mut Vec<u8>) {
        out.extend_from_slice(value.as_bytes());
    }
}

/// A JSON string (RFC 8259, section 7).
pub(super) fn write_text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    while let Some(at) = next_escaped(rest) {
        out.extend_from_slice(&rest[..at]);
        escape(rest[at], out);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// How many bytes of a text are looked at together.
const BLOCK: usize = 16;

/// Where the next byte stands that may not stand in a JSON string as it is.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "a comparison that another one may skip is no part of one instruction"
)]
fn next_escaped(bytes: &[u8]) -> Option<usize> {
    // Without a way out before the end of a block, so that all of its bytes are compared at once.
    let is_escaped = |byte: &u8| (*byte < b' ') | (*byte == b'"') | (*byte == b'\\');
    let has_escaped = |block: &[u8; BLOCK]| block.iter().fold(false, |found, byte| found | is_escaped(byte));
    let (blocks, _) = bytes.as_chunks();
    let clean = blocks.iter().take_while(|block| !has_escaped(block)).count() * BLOCK;
    bytes[clean..].iter().position(is_escaped).map(|at| clean + at)
}

fn escape(byte: u8, out: &mut Vec<u8>) {
    match byte {
        b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        _ => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_read_back_as_it_was(text: String) {
            let mut out = Vec::new();
            write_text(&text, &mut out);
            prop_assert_eq!(serde_json::from_slice::<String>(&out).expect("JSON"), text);
        }

        #[test]
        fn what_has_to_be_escaped_is_found_wherever_it_stands(
            text in r#"[a-zé"\\\x00-\x1f\x7f€]{0,100}|[a-z€]{0,100}[\x00-\x22\\]?[a-z]{0,9}"#,
        ) {
            let bytes = text.as_bytes();
            let found = bytes.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f));
            prop_assert_eq!(next_escaped(bytes), found);
        }
    }
}
