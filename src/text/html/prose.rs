//! HTML as a text to be read at length: paragraphs apart, lists as lists, code as it is.

use super::{
    plain::walk_visible,
    tokens::{Piece, Tag, attribute},
};

/// Lists nested deeper than this are not indented further.
const MAX_INDENT: usize = 8;

/// The text of HTML as people write plain text: paragraphs, headings, tables and the like with a blank line
/// between them, list items behind `- ` or `1. ` and indented as they nest, cells of a row with a tab
/// between them, code with its own lines and spaces; links and images as their text.
///
/// No markup is left, but the text itself may look like some: `&lt;b&gt;` is `<b>`.
pub fn to_prose(html: &str) -> String {
    let mut prose = Prose::default();
    walk_visible(html, |piece| match piece {
        Piece::Open(tag) => prose.open(tag),
        Piece::Close(name) => prose.close(name),
        Piece::Text(text) => prose.push(text),
    });
    prose.text.truncate(prose.text.trim_end().len());
    prose.text
}

#[derive(Default)]
struct Prose {
    text: String,
    /// What has to stand before the next character.
    owed: Gap,
    /// The lists that are open: the number of the next item, where they are numbered.
    lists: Vec<Option<u32>>,
    /// What the next character is the first of: `- `.
    marker: Option<String>,
    /// How many `pre` are open.
    code: u32,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    /// A space, where letters would touch.
    Joint,
    Space,
    Cell,
    Line,
    Paragraph,
}

impl Prose {
    fn open(&mut self, tag: &Tag) {
        match &*tag.name {
            "br" if self.owed >= Gap::Line => self.owe(Gap::Paragraph),
            "li" => {
                self.owe(Gap::Line);
                self.marker = Some(match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number = number.saturating_add(1);
                        format!("{}. ", number.saturating_sub(1))
                    }
                    _ => "- ".to_owned(),
                });
            }
            "ul" | "ol" => {
                self.meet("ul");
                let start = || attribute(tag, "start").and_then(|it| it.parse().ok()).unwrap_or(1);
                self.lists.push((&*tag.name == "ol").then(start));
            }
            "img" => {
                self.owe(Gap::Joint);
                self.push(attribute(tag, "alt").unwrap_or_default());
                self.owe(Gap::Joint);
            }
            "pre" => {
                self.meet("pre");
                self.code += 1;
            }
            "td" | "th" => self.owe(Gap::Cell),
            name => self.meet(name),
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "ul" | "ol" => {
                self.lists.pop();
            }
            "pre" => {
                self.code = self.code.saturating_sub(1);
                self.text.truncate(self.text.trim_end().len());
            }
            // An item without text is none.
            "li" => self.marker = None,
            _ => {}
        }
        self.meet(name);
    }

    /// Both ends of an element stand apart in the same way.
    fn meet(&mut self, name: &str) {
        match name {
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "pre" | "ul" | "ol" | "dl" | "table"
            | "figure" | "hr" | "details" | "fieldset" => {
                self.owe(if self.lists.is_empty() { Gap::Paragraph } else { Gap::Line });
            }
            "address" | "article" | "aside" | "body" | "br" | "caption" | "center" | "dd" | "div" | "dt"
            | "figcaption" | "footer" | "form" | "head" | "header" | "html" | "li" | "main" | "nav" | "section"
            | "summary" | "tbody" | "tfoot" | "thead" | "tr" => self.owe(Gap::Line),
            _ => {}
        }
    }

    fn owe(&mut self, gap: Gap) {
        self.owed = self.owed.max(gap);
    }

    fn push(&mut self, text: &str) {
        for char in text.chars() {
            let is_kept = self.code > 0 && (self.owed < Gap::Line || char != '\n');
            if char.is_whitespace() && !is_kept {
                self.owe(Gap::Space);
                continue;
            }
            self.begin(char);
            self.text.push(char);
            if char == '\n' {
                self.indent();
            }
        }
    }

    /// Writes what is owed before a character.
    fn begin(&mut self, next: char) {
        let owed = std::mem::take(&mut self.owed);
        if !self.text.is_empty() {
            self.text.push_str(match owed {
                Gap::Joint if next.is_alphanumeric() && self.text.ends_with(char::is_alphanumeric) => " ",
                Gap::None | Gap::Joint => "",
                Gap::Space => " ",
                Gap::Cell => "\t",
                Gap::Line => "\n",
                Gap::Paragraph => "\n\n",
            });
            if owed >= Gap::Line {
                self.indent();
            }
        }
        if let Some(marker) = self.marker.take() {
            // The item's own lines are indented by two; it stands one list further out.
            if self.text.ends_with("  ") {
                self.text.truncate(self.text.len() - 2);
            }
            self.text.push_str(&marker);
        }
    }

    fn indent(&mut self) {
        let depth = self.lists.len().min(MAX_INDENT);
        self.text.extend(std::iter::repeat_n("  ", depth));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::html::to_plain;

    #[test]
    fn paragraphs_stand_apart_and_lines_do_not() {
        let html =
            "<h1>A  title</h1>\n<p>One <em>two</em>three<br>four</p><div>five</div><div>six</div>a<br><br>b<hr>c";
        assert_eq!(to_prose(html), "A title\n\nOne twothree\nfour\n\nfive\nsix\na\n\nb\n\nc");
    }

    #[test]
    fn lists_are_lists() {
        let html = "<p>before</p><ul><li>one<li><p>two</p><p>more</p><ol start=3><li>three</li><li></li><li>five</li></ol></ul>after";
        assert_eq!(to_prose(html), "before\n\n- one\n- two\n  more\n  3. three\n  5. five\n\nafter");
        assert_eq!(to_prose("<li>alone"), "- alone");
    }

    #[test]
    fn code_is_left_as_it_is() {
        let html = "<p>Run</p><pre>\n<code>if a &lt; b {\n    <b>run</b>()\n}\n</code></pre><p>now  and <code>then  too</code></p>";
        assert_eq!(to_prose(html), "Run\n\nif a < b {\n    run()\n}\n\nnow and then too");
        assert_eq!(to_prose("<ul><li>x<pre>a\n b</pre></ul>"), "- x\n  a\n   b");
    }

    #[test]
    fn links_images_and_tables_are_their_text() {
        let html = "<p><a href=\"https://example.org/\">A link</a><img src=x alt=\"a  picture\">, end</p>\
                    <table><tr><th>a<th>b</tr><tr><td>1</td> <td>2</td></tr></table><script>no()</script>";
        assert_eq!(to_prose(html), "A link a picture, end\n\na\tb\n1\t2");
    }

    #[test]
    fn deep_lists_cost_no_more_than_others() {
        let deep = "<ul><li>a".repeat(50_000);
        assert!(to_prose(&deep).len() < deep.len() * 3);
    }

    proptest! {
        #[test]
        fn it_says_the_same_as_the_plain_text(html in "(<p>|</p>|<ul>|</ul>|<li>|<pre>|</pre>|<br>|<td>|<b>|&lt;|\\n| |\\PC){0,60}") {
            let bare = |text: &str| text.split_whitespace().collect::<String>();
            let marked = to_prose(&html);
            if !html.contains("<li>") {
                prop_assert_eq!(bare(&marked), bare(&to_plain(&html)));
            }
            prop_assert_eq!(marked.trim_end(), &marked);
        }
    }
}
