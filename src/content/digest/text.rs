//! What a digest says of itself, and the digest as one text.

use chrono::{Datelike, NaiveDate};

use super::{Digest, DigestProjection, DigestSection, Summary};
use crate::{
    content::{episode::EpisodeColumn, summary::SummaryColumn},
    text::{
        TextFormat,
        digest::{self, Written},
    },
};

/// The heading of the summaries that nobody has put in a category.
pub(super) const UNCATEGORISED: &str = "Without a category";
/// The heading of the summaries without tags.
pub(super) const UNTAGGED: &str = "Without tags";

/// `Digest of 4–10 May 2026`: what both days share is said once.
pub(super) fn title(from: NaiveDate, to: NaiveDate) -> String {
    let same_month = (from.year(), from.month()) == (to.year(), to.month());
    let from = if from == to {
        String::new()
    } else if same_month {
        from.format("%-d–").to_string()
    } else if from.year() == to.year() {
        from.format("%-d %B – ").to_string()
    } else {
        from.format("%-d %B %Y – ").to_string()
    };
    format!("Digest of {from}{}", to.format("%-d %B %Y"))
}

/// `Friday, 8 May 2026`.
pub(super) fn day(date: NaiveDate) -> String {
    date.format("%A, %-d %B %Y").to_string()
}

impl DigestProjection {
    /// Asks for what stands in the text.
    pub fn text(&mut self) {
        self.total = true;
        let summaries = self.sections.get_or_insert_default().summaries.get_or_insert_default();
        summaries.columns.add(SummaryColumn::Title);
        summaries.columns.add(SummaryColumn::Tldr);
        summaries.source.get_or_insert_default();
        summaries.tags.get_or_insert_default();
        summaries.episode.get_or_insert_default().columns.add(EpisodeColumn::Url);
    }
}

impl Digest {
    /// All of it as one text, where [`DigestProjection::text`] asked for what stands in it.
    pub fn text(&self, format: TextFormat, max_tokens: Option<usize>) -> Written {
        let sections = self.sections.iter().map(section).collect();
        digest::Digest { title: &self.title, about: self.about(), sections }.text(format, max_tokens)
    }

    /// `14 summaries, 2026-05-04 to 2026-05-10 (Europe/Berlin)`
    fn about(&self) -> String {
        let many = match self.total {
            0 => "No summaries".to_owned(),
            1 => "1 summary".to_owned(),
            many => format!("{many} summaries"),
        };
        let days = if self.from == self.to { self.to.to_string() } else { format!("{} to {}", self.from, self.to) };
        format!("{many}, {days} ({})", self.zone)
    }
}

fn section(section: &DigestSection) -> digest::Section<'_> {
    digest::Section {
        heading: &section.heading,
        count: usize::try_from(section.count).unwrap_or_default(),
        items: section.summaries.iter().map(|summary| item(summary)).collect(),
    }
}

fn item(summary: &Summary) -> digest::Item<'_> {
    digest::Item {
        title: &summary.it.title,
        url: summary.episode.as_ref().and_then(|it| it.it.url.as_deref()),
        source: summary.source.as_ref().map_or("", |it| it.it.name.as_str()),
        tldr: &summary.it.tldr,
        tags: summary.tags.iter().map(|tag| tag.it.it.name.as_str()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_says_what_its_days_share_once() {
        let titled = |from: &str, to: &str| title(from.parse().expect("a date"), to.parse().expect("a date"));
        assert_eq!(titled("2026-05-08", "2026-05-08"), "Digest of 8 May 2026");
        assert_eq!(titled("2026-05-04", "2026-05-10"), "Digest of 4–10 May 2026");
        assert_eq!(titled("2026-04-28", "2026-05-04"), "Digest of 28 April – 4 May 2026");
        assert_eq!(titled("2025-12-29", "2026-01-04"), "Digest of 29 December 2025 – 4 January 2026");
    }

    #[test]
    fn a_day_is_named_so_that_nobody_takes_it_for_another() {
        assert_eq!(day("2026-05-08".parse().expect("a date")), "Friday, 8 May 2026");
    }
}
