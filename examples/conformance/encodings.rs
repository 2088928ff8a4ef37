//! Small feeds in other encodings, with declarations that are right, wrong and missing.

use std::path::Path;

use precis::ingest::feed::Origin;

use crate::{
    cases::{self, CorpusError, list, text},
    expectation::{Expectations, Field},
    stages::Stages,
    tally::Tally,
};

pub(crate) fn run(folder: &Path, stages: &mut Stages, tally: &mut Tally) -> Result<(), CorpusError> {
    for case in cases::lines(&folder.join("conformance"), "constructed-encodings.jsonl")? {
        let origin = Origin { content_type: case["http_content_type"].as_str(), ..Origin::default() };
        let mut expected = Expectations::default();
        expected.add(None, Field::Title, &case["expect"]["source.title"]);
        for (at, title) in list(&case["expect"], "items").iter().enumerate() {
            expected.add(Some(at), Field::Title, title);
        }
        expected.count(text(&case, "id"), &cases::body(&case), &origin, stages, tally);
    }
    Ok(())
}
