//! Places in an answer, in the order in which it is read, and what stands between two of them.

use unicode_segmentation::UnicodeSegmentation;

use super::tree::{Field, Object, Text, Tree};

/// A place in an answer: in front of a part of it, or within one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Which part: places among the fields of an object, and in a list.
    pub path: Vec<usize>,
    /// How many characters of its texts were before: 0 in front of it. All of its texts are cut at the same length,
    /// the longest ones alone, if others are shorter; what else it has was before as well.
    pub chars: usize,
}

/// A part of a place: what is still to go, and the characters.
#[derive(Clone, Copy)]
struct At<'p> {
    path: &'p [usize],
    chars: usize,
}

/// Graphemes of more characters than that are cut, too, or else one of them might fill more than a page.
const LONGEST_GRAPHEME: usize = 32;

impl Place {
    /// In front of a part.
    pub fn before(path: Vec<usize>) -> Self {
        Self { path, chars: 0 }
    }

    fn at(&self) -> At<'_> {
        At { path: &self.path, chars: self.chars }
    }
}

impl At<'_> {
    fn is_front(self) -> bool {
        self.path.is_empty() && self.chars == 0
    }

    /// The same, seen from a child; nothing, if it is not within this child.
    fn within(self, child: usize) -> Option<Self> {
        self.path.split_first().filter(|(place, _)| **place == child).map(|(_, path)| At { path, ..self })
    }

    fn child(self) -> Option<usize> {
        self.path.first().copied()
    }
}

/// What stands behind `from` and before `to`; to the end, if there is none. Beside rows that are here stands what is
/// true of their page, on each side of a cut; nothing else is on both.
pub fn between(tree: &Tree, from: Option<&Place>, to: Option<&Place>) -> Option<Tree> {
    part(tree, from.map(Place::at).filter(|it| !it.is_front()), to.map(Place::at))
}

fn part(tree: &Tree, from: Option<At>, to: Option<At>) -> Option<Tree> {
    if to.is_some_and(At::is_front) {
        return None;
    }
    if from.is_none_or(|it| it.path.is_empty()) && to.is_none_or(|it| it.path.is_empty()) {
        return piece(tree, from.map_or(0, |it| it.chars), to.map(|it| it.chars));
    }
    match tree {
        Tree::Object(object) => part_of_object(object, from, to).map(Tree::Object),
        Tree::List(items) => {
            let parts: Vec<Tree> = children(items, from, to).filter_map(|(_, part)| part).collect();
            (!parts.is_empty()).then_some(Tree::List(parts))
        }
        // A place that was in another answer.
        Tree::Scalar(_) | Tree::Text(_) => from.is_none().then(|| tree.clone()),
    }
}

fn part_of_object(object: &Object, from: Option<At>, to: Option<At>) -> Option<Object> {
    let values: Vec<&Tree> = object.fields.iter().map(|field| &field.value).collect();
    let mut parts: Vec<Option<Tree>> = vec![None; values.len()];
    for (place, part) in children(&values, from, to) {
        parts[place] = part.filter(|_| !object.is_frame(&object.fields[place]));
    }
    // Where its rows end that are here.
    let begin = |place| from.and_then(|it| it.within(place)).and_then(At::child).unwrap_or(0);
    let rows: Vec<usize> = (0..values.len())
        .filter(|place| object.is_rows(&object.fields[*place]))
        .filter_map(|place| match &parts[place] {
            Some(Tree::List(rows)) => Some(begin(place) + rows.len()),
            _ => None,
        })
        .collect();
    let mut fields = Vec::new();
    for (field, part) in object.fields.iter().zip(parts) {
        let part = if object.is_frame(field) && !rows.is_empty() { Some(field.value.clone()) } else { part };
        fields.extend(part.map(|value| Field { value, ..field.clone() }));
    }
    if fields.is_empty() {
        return None;
    }
    let mut cut = Object { fields, page: object.page.clone() };
    if let Some(rows) = rows.iter().min() {
        cut.keep(*rows);
    }
    Some(cut)
}

/// The children between two places, each with what is left of it.
fn children<'t, T: AsTree>(
    all: &'t [T],
    from: Option<At<'t>>,
    to: Option<At<'t>>,
) -> impl Iterator<Item = (usize, Option<Tree>)> + 't {
    let first = from.and_then(At::child).unwrap_or(0);
    let last = to.and_then(At::child).unwrap_or(usize::MAX);
    let chosen = all.iter().enumerate().skip(first).take_while(move |(place, _)| *place <= last);
    chosen.map(move |(place, child)| {
        let from = from.and_then(|it| it.within(place)).filter(|it| !it.is_front());
        (place, part(child.tree(), from, to.and_then(|it| it.within(place))))
    })
}

trait AsTree {
    fn tree(&self) -> &Tree;
}

impl AsTree for Tree {
    fn tree(&self) -> &Tree {
        self
    }
}

impl AsTree for &Tree {
    fn tree(&self) -> &Tree {
        self
    }
}

/// A part whose texts are cut at two lengths. What else it has, texts in lists too, belongs to its beginning.
fn piece(tree: &Tree, from: usize, to: Option<usize>) -> Option<Tree> {
    match tree {
        Tree::Text(text) => piece_of_text(text, from, to).map(Tree::Text),
        Tree::Object(object) if from > 0 || to.is_some() => {
            let piece = |field: &Field| Some(Field { value: piece(&field.value, from, to)?, ..field.clone() });
            let fields: Vec<Field> = object.fields.iter().filter_map(piece).collect();
            (!fields.is_empty() || from == 0).then(|| Tree::Object(Object { fields, page: object.page.clone() }))
        }
        other => (from == 0).then(|| other.clone()),
    }
}

fn piece_of_text(text: &Text, from: usize, to: Option<usize>) -> Option<Text> {
    let begin = boundary(&text.value, from);
    if from > 0 && begin == text.value.len() {
        return None;
    }
    let end = to.map_or(text.value.len(), |to| boundary(&text.value, to)).max(begin);
    let left = text.value[end..].chars().count() + text.left;
    Some(Text { value: text.value[begin..end].to_owned(), left })
}

/// Where the text is cut that is to have at most so many characters: between two graphemes, in bytes.
fn boundary(text: &str, chars: usize) -> usize {
    let mut seen = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        let many = grapheme.chars().count();
        if seen + many > chars {
            if many <= LONGEST_GRAPHEME {
                return at;
            }
            let within = grapheme.char_indices().nth(chars - seen).map_or(grapheme.len(), |(within, _)| within);
            return at + within;
        }
        seen += many;
    }
    text.len()
}

/// The longest of the texts that would be cut, in characters: 0, if there is none.
pub fn longest_text(tree: &Tree) -> usize {
    match tree {
        Tree::Text(text) => text.value.chars().count(),
        Tree::Object(object) => object.fields.iter().map(|field| longest_text(&field.value)).max().unwrap_or(0),
        Tree::List(_) | Tree::Scalar(_) => 0,
    }
}
