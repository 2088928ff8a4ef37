//! What each stage of a request takes inside of the program, without HTTP: the questions of `bench/`, about its content, on
//! both databases.
//!
//! ```sh
//! bench/run --in-process                                  # makes the content, if need be, and runs this
//! bench/run --in-process --items 10000 --questions q1,q4
//! ```
//!
//! - `examine`: a document that nobody has sent before is counted, parsed, and held against the rules.
//! - `plan`: a known document's variables are read, and its selection becomes what has to be read; its cost is known then.
//! - `answer`: all of it, reading and writing included.
//! - `read`: Q3's rows alone, as `content` gives them to whoever asks for their titles and tldrs.
//!
//! `PRECIS_BENCH_QUESTIONS` names a folder with a file `NAME.bodies` for each question, a request a line; `PRECIS_BENCH_SQLITE`
//! and `PRECIS_BENCH_POSTGRES` name databases.

use std::{env, error::Error, fs, hint::black_box, iter::Cycle, path::Path, vec};

use async_graphql::Variables;
use criterion::Criterion;
use entity::summary::Column;
use precis::{
    access::Caller,
    app::App,
    clock::SystemClock,
    config::Database,
    content::{
        Columns, PageArgs, PageProjection, SlugFilter, SummaryFilter,
        summary::{SummaryList, SummaryProjection},
    },
    graphql::{Answer, Request},
};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Outcome {
    let folder =
        env::var("PRECIS_BENCH_QUESTIONS").map_err(|_| "run bench/run --in-process, which says what is asked")?;
    let questions = Question::all(Path::new(&folder))?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let mut criterion = Criterion::default().configure_from_args();
    let mut is_first = true;
    for (name, variable) in [("sqlite", "PRECIS_BENCH_SQLITE"), ("postgres", "PRECIS_BENCH_POSTGRES")] {
        let Ok(url) = env::var(variable) else { continue };
        let database = Database { url: url.parse()?, max_connections: 1, migrate: false };
        let app = runtime.block_on(App::start(&database, SystemClock, None))?;
        for question in &questions {
            if is_first {
                question.before_reading(&mut criterion, &app)?;
            }
            question.answers(&mut criterion, &runtime, &app, name)?;
        }
        read(&mut criterion, &runtime, &app, name, &questions);
        runtime.block_on(app.close());
        is_first = false;
    }
    criterion.final_summary();
    Ok(())
}

/// A document, and the sets of variables that it is asked with.
struct Question {
    name: String,
    document: String,
    variables: Vec<Value>,
}

impl Question {
    /// Those of a folder, by their names.
    fn all(folder: &Path) -> Outcome<Vec<Self>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "bodies") {
                found.push(Self::read(&path)?);
            }
        }
        found.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(found)
    }

    fn read(path: &Path) -> Outcome<Self> {
        let name = path.file_stem().and_then(|name| name.to_str()).ok_or("a file without a name")?;
        let text = fs::read_to_string(path)?;
        let bodies: Vec<Value> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
        let document = bodies.first().and_then(|body| body["query"].as_str()).ok_or("a file without questions")?;
        let variables = bodies.iter().map(|body| body["variables"].clone()).collect();
        Ok(Self { name: name.to_owned(), document: document.to_owned(), variables })
    }

    /// What to ask, one set of variables after another.
    fn requests(&self) -> Cycle<vec::IntoIter<Request>> {
        let request = |variables: &Value| Request {
            query: Some(self.document.clone()),
            variables: Variables::from_json(variables.clone()),
            ..Request::default()
        };
        self.variables.iter().map(request).collect::<Vec<_>>().into_iter().cycle()
    }

    /// What is done before anything is read, whatever the database is.
    fn before_reading(&self, criterion: &mut Criterion, app: &App) -> Outcome {
        app.engine.examine(&self.document)?;
        criterion.bench_function(&format!("examine {}", self.name), |bencher| {
            bencher.iter(|| app.engine.examine(black_box(&self.document)));
        });
        let mut requests = self.requests();
        criterion.bench_function(&format!("plan {}", self.name), |bencher| {
            bencher.iter(|| app.engine.price(requests.next().unwrap_or_default()));
        });
        Ok(())
    }

    fn answers(&self, criterion: &mut Criterion, runtime: &Runtime, app: &App, database: &str) -> Outcome {
        let caller = Caller::unlimited();
        let mut requests = self.requests();
        let mut next = || requests.next().unwrap_or_default();
        // Whoever is fast because of errors is not measured.
        for _ in 0..20 {
            match runtime.block_on(app.engine.answer(next(), false, &caller)) {
                Answer::Executed { complete: true, .. } => {}
                other => return Err(format!("{} is not answered on {database}: {other:?}", self.name).into()),
            }
        }
        criterion.bench_function(&format!("answer {} on {database}", self.name), |bencher| {
            bencher.iter(|| runtime.block_on(app.engine.answer(next(), false, &caller)));
        });
        Ok(())
    }
}

/// What Q3 reads, without a document.
fn read(criterion: &mut Criterion, runtime: &Runtime, app: &App, database: &str, questions: &[Question]) {
    let Some(question) = questions.iter().find(|question| question.name == "q3") else { return };
    let mut columns = Columns::default();
    columns.add(Column::Title);
    columns.add(Column::Tldr);
    let wanted = PageProjection {
        rows: Some(SummaryProjection { columns, ..SummaryProjection::default() }),
        ..PageProjection::default()
    };
    let list = |variables: &Value| SummaryList {
        filter: SummaryFilter {
            categories: Some(SlugFilter {
                any_of: variables["category"].as_str().map(|slug| vec![slug.to_owned()]),
                ..SlugFilter::default()
            }),
            ..SummaryFilter::default()
        },
        page: PageArgs { size: 10, ..PageArgs::default() },
        ..SummaryList::default()
    };
    let mut lists = question.variables.iter().map(list).collect::<Vec<_>>().into_iter().cycle();
    let mut next = || lists.next().unwrap_or_default();
    criterion.bench_function(&format!("read q3 on {database}"), |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                let reading = app.content.reading_of_one();
                let page = reading.list_summaries(&next(), &wanted).await;
                reading.finish().await.and(page)
            })
        });
    });
}
