//! Dates as feeds write them: the instant where it is known, none where they are none.

use std::path::Path;

use precis::{clock::Timestamp, ingest};

use crate::{
    cases::{self, CorpusError, text},
    stages::{Fault, Stages, caught},
    tally::Tally,
};

pub(crate) fn run(folder: &Path, _stages: &mut Stages, tally: &mut Tally) -> Result<(), CorpusError> {
    for case in cases::lines(folder, "dates.jsonl")? {
        let written = text(&case, "text");
        let read = caught(|| ingest::dates::parse(written)).map_err(Fault::into_text);
        let shown = |it: Option<Timestamp>| it.map_or_else(|| "no date".to_owned(), |it| it.to_string());
        let known = case.get("utc").map(|it| it.as_str().and_then(|it| it.parse::<Timestamp>().ok()));
        let statement = known.map_or_else(|| "a date".to_owned(), shown);
        let found = read.and_then(|read| {
            let holds = known.map_or(read.is_some(), |known| read == known);
            if holds { Ok(()) } else { Err(shown(read)) }
        });
        tally.check(written, &statement, found);
    }
    Ok(())
}
