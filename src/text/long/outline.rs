//! Where a text may end: behind a block, a sentence, a word. The same for all formats, as it looks at the
//! words alone, and knows from where in the text each of them comes.

use std::ops::Range;

use crate::text::cut::{ends_before, sentence_ends, without_loose_end};

/// How much of a text is read behind the furthest place where it may end, in bytes: to know whether a word or
/// a sentence ends there.
pub(super) const LOOKAHEAD: usize = 512;

/// How far before that place the end of a sentence or a word is near, in bytes.
const NEAR: usize = 2_000;

/// A word that is longer may be parted, in bytes.
const LONG_WORD: usize = 100;

/// The words of a text as they are read, without its marks.
#[derive(Debug, Default)]
pub(super) struct Outline {
    words: String,
    runs: Vec<Run>,
    /// Where in `words` blocks end: paragraphs, items of lists, rows of tables, lines of code.
    blocks: Vec<usize>,
}

/// Words that stand together in the text. Where they are as long there as here, they are the same, byte for
/// byte; else they can't be parted.
#[derive(Debug)]
struct Run {
    words: Range<usize>,
    source: Range<usize>,
}

/// Where a text is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stop {
    /// What stands before this byte is kept. A character ends there, and nothing is between it and the last word.
    pub(super) at: usize,
    /// What ends there.
    pub(super) rank: Rank,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rank {
    Block,
    Sentence,
    /// Or a part of one, where it is very long.
    Word,
}

impl Outline {
    /// Adds words, and where they come from.
    pub(super) fn push(&mut self, source: Range<usize>, words: &str) {
        let start = self.words.len();
        self.words.push_str(words);
        self.runs.push(Run { words: start..self.words.len(), source });
    }

    /// What was added so far is a line of its own, and what follows is another.
    pub(super) fn end_line(&mut self) {
        if !self.words.is_empty() && !self.words.ends_with('\n') {
            self.words.push('\n');
        }
    }

    /// As [`Self::end_line`]; and it is a good place to stop.
    pub(super) fn end_block(&mut self) {
        let end = self.words.trim_end().len();
        if end > 0 && self.blocks.last().is_none_or(|it| *it < end) {
            self.blocks.push(end);
        }
        self.end_line();
    }

    /// The best place to stop at or before `limit` bytes of the text; `None` where no word is before that.
    pub(super) fn stop(&self, limit: usize) -> Option<Stop> {
        let limit = self.place_of(limit);
        let block = self.blocks.iter().rev().find(|end| **end <= limit).filter(|end| **end >= limit - limit / 4);
        let (end, rank) = match block {
            Some(end) => (*end, Rank::Block),
            None => self.sentence_or_word(limit),
        };
        let rank = if self.blocks.binary_search(&end).is_ok() { Rank::Block } else { rank };
        Some(Stop { at: self.source_of(end)?, rank })
    }

    fn sentence_or_word(&self, limit: usize) -> (usize, Rank) {
        let start = self.words.floor_char_boundary(limit.saturating_sub(NEAR));
        let behind = self.words.ceil_char_boundary((limit + LOOKAHEAD).min(self.words.len()));
        let near = &self.words[start..behind];
        let sentences = sentence_ends(near).map(|end| start + end);
        if let Some(end) = sentences.take_while(|end| *end <= limit).last().filter(|end| *end >= limit / 2) {
            return (end, Rank::Sentence);
        }
        let ends = ends_before(near, limit - start);
        let is_near = ends.word > 0 && ends.grapheme - ends.word <= LONG_WORD;
        let end = start + if is_near { ends.word } else { ends.grapheme };
        (without_loose_end(&self.words[..end]).len(), Rank::Word)
    }

    /// Where in the words a place in the text is, or what stands before it ends.
    fn place_of(&self, source: usize) -> usize {
        let Some(run) = self.runs.iter().rev().find(|run| run.source.start < source) else {
            return 0;
        };
        if source >= run.source.end {
            run.words.end
        } else if run.is_exact() {
            self.words.floor_char_boundary(run.words.start + (source - run.source.start))
        } else {
            run.words.start
        }
    }

    /// Where in the text the words before a place end.
    fn source_of(&self, place: usize) -> Option<usize> {
        let until = self.runs.partition_point(|run| run.words.start < place);
        let mut runs = self.runs[..until].iter().rev();
        let run = runs.find(|run| run.is_exact() || run.words.end <= place)?;
        Some(if run.is_exact() {
            run.source.end.min(run.source.start + (place - run.words.start))
        } else {
            run.source.end
        })
    }
}

impl Run {
    fn is_exact(&self) -> bool {
        self.words.len() == self.source.len()
    }
}
