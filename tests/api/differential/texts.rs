//! Texts of searches at random: words, phrases, beginnings and exclusions out of the content, and what is
//! meant to break a search.

use super::random::Maker;

/// What no word is, or what other searches take for an operator.
const HOSTILE: [&str; 14] =
    ["\"", "''", "(", "*", "-", "--", "NEAR(", "title:", "OR", "<->", "\0", "; DROP TABLE summary", "🦀", "“"];
/// What nothing is found by.
const VAIN: [&str; 4] = ["", "  \t", "- \"\" *", "nothing"];

impl Maker<'_> {
    /// The text of a search.
    pub(super) fn text(&mut self) -> String {
        match self.dice.below(100) {
            0..6 => (*self.dice.pick(&VAIN).expect("there are some")).to_owned(),
            6..8 => "word ".repeat(33 + self.dice.below(200)),
            _ => {
                let many = 1 + self.dice.below(3) / 2;
                let terms: Vec<String> = (0..many).map(|_| self.term()).collect();
                terms.join(" ")
            }
        }
    }

    /// A part of it.
    fn term(&mut self) -> String {
        let text = self.dice.pick(self.words.texts()).map_or("nothing", String::as_str);
        let words: Vec<&str> = text.split_whitespace().collect();
        let start = self.dice.below(words.len());
        let word = words.get(start).map_or("zebra", |it| it.trim_matches(|it: char| !it.is_alphanumeric()));
        let phrase = || words.iter().skip(start).take(2).copied().collect::<Vec<_>>().join(" ").replace('"', " ");
        match self.dice.below(100) {
            0..40 => word.to_owned(),
            40..50 => word.to_uppercase(),
            50..62 => format!("\"{}\"", phrase()),
            62..74 => {
                let letters = 1 + self.dice.below(4);
                format!("{}*", word.chars().take(letters).collect::<String>())
            }
            74..84 => format!("-{word}"),
            84..88 => format!("-\"{}\"", phrase()),
            88..93 => format!("{word}s"),
            _ => format!("{word}{}", self.dice.pick(&HOSTILE).expect("there are some")),
        }
    }
}
