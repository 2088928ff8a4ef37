//! Feeds as they are found, fetched over HTTP: `PRECIS_CORPUS` names a folder whose `feeds` holds some, gzipped
//! or not. Without it, this prints `NOT RUN`.

use std::{env, fs, io::Read as _, path::Path};

use flate2::read::MultiGzDecoder;
use precis::ingest::poll::Outcome;

use super::{fetch, source};
use crate::{
    both,
    support::{
        TestApp, not_run,
        origin::{Origin, says},
    },
    tables::{assert_same, dump},
};

both! {
    async fn what_was_fetched_once_changes_no_row_when_it_is_fetched_again(app: TestApp) {
        let Some(folder) = env::var_os("PRECIS_CORPUS") else {
            return not_run("PRECIS_CORPUS names no folder of feeds");
        };
        let feeds = feeds(&Path::new(&folder).join("feeds"));
        let served = feeds.clone();
        // The second time, the tag is another one and the frame too: everything is read again.
        let origin = Origin::start(move |asked| {
            let place: usize = asked.path.trim_start_matches('/').parse().expect("a number");
            let mut body = served[place].clone();
            if asked.nth > 0 {
                body.extend_from_slice(b"\n");
            }
            says(200, &[&format!("etag: \"{}\"", asked.nth)], body)
        });
        let app = app.empty().await;
        let mut sources = Vec::new();
        for place in 0..feeds.len() {
            sources.push(source(app.content(), &format!("Feed {place}"), &origin.url("rivers.test", &format!("/{place}"))).await);
        }
        let (mut taken, mut new) = (0, 0);
        for source in &sources {
            let polled = fetch(&app, *source).await;
            taken += usize::from(polled.outcome == Outcome::Taken);
            new += polled.counts.new;
        }
        let rows = async || {
            let mut tables = dump(&app.url).await;
            tables.retain(|name, _| !["source_fetch", "job"].contains(&name.as_str()));
            tables
        };
        let before = rows().await;
        for source in &sources {
            fetch(&app, *source).await;
        }
        assert_same(&before, &rows().await, "fetched again");
        println!("{taken} of {} feeds were taken, with {new} episodes", feeds.len());
        assert!(taken * 100 >= feeds.len() * 97, "{taken} of {}", feeds.len());
    }
}

/// The files of a folder, unpacked.
fn feeds(folder: &Path) -> Vec<Vec<u8>> {
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let unpacked = files.iter().filter(|file| file.is_file()).map(|file| {
        let bytes = fs::read(file).expect("a file");
        if !bytes.starts_with(&[0x1f, 0x8b]) {
            return bytes;
        }
        let mut unpacked = Vec::new();
        MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked).expect("gzip");
        unpacked
    });
    unpacked.collect()
}
