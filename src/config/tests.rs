//! The sources of values together, as an operator meets them.

use std::{env, num::NonZeroU32, path::Path, process, time::Duration};

use clap::Parser;

use super::*;

#[derive(Debug, Parser)]
struct Command {
    #[command(flatten)]
    global: GlobalArgs,
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    http: HttpArgs,
    #[command(flatten)]
    fetch: FetchArgs,
    #[command(flatten)]
    work: WorkArgs,
    #[command(flatten)]
    summaries: SummariesArgs,
    #[command(flatten)]
    categories: CategoryArgs,
    #[command(flatten)]
    metrics: MetricsArgs,
}

/// The configuration out of flags and a file. Variables are left out: they belong to the process.
fn config(flags: &[&str], file: &str) -> Result<Config, String> {
    let command = Command::try_parse_from([&["precis"], flags].concat()).map_err(|error| error.to_string())?;
    let mut values = Values::default();
    let Command { global, database, http, fetch, work, summaries, categories, metrics } = &command;
    for flags in [&global.log as &dyn Flags, database, http, fetch, work, summaries, categories, metrics] {
        values.add_flags(flags);
    }
    values
        .add_toml(Path::new("precis.toml"), file)
        .and_then(|()| Config::read(&values))
        .map_err(|error| error.to_string())
}

fn defaults() -> Config {
    Config {
        database: Database {
            url: "sqlite://precis.db?mode=rwc".parse().expect("a URL"),
            max_connections: 8,
            migrate: true,
        },
        http: Http {
            listen: ([127, 0, 0, 1], 8080).into(),
            public_url: None,
            cors: Cors::Origins(vec![]),
            page: true,
            mcp: true,
            graphiql: true,
            trusted_documents: None,
            rate_limit: RateLimit::Points(NonZeroU32::new(600).expect("points")),
            trusted_proxies: vec![],
            max_requests: 64,
            max_clients: 10_000,
            stop_delay: Duration::ZERO,
        },
        fetch: Fetch { contact: None, hosts: vec![], ports: vec![80, 443] },
        work: Work { worker: true },
        summaries: Summaries { model: None },
        metrics: Metrics { listen: None },
        categories: Categories { rules: vec![] },
        log: Log {
            filter: "info,sea_orm_migration=warn,sqlx=warn,tokio_postgres=warn".parse().expect("a filter"),
            format: LogFormat::Text,
        },
    }
}

fn changed() -> Config {
    Config {
        database: Database {
            url: "postgres://me:secret@host/db".parse().expect("a URL"),
            max_connections: 200,
            migrate: false,
        },
        http: Http {
            listen: ([0, 0, 0, 0], 80).into(),
            public_url: Some("https://news.example.org/".parse().expect("a URL")),
            cors: Cors::Origins(vec!["https://a.org".into(), "https://b.org".into()]),
            page: false,
            mcp: false,
            graphiql: false,
            trusted_documents: Some("documents".into()),
            rate_limit: RateLimit::Off,
            trusted_proxies: vec!["10.0.0.0/8".parse().expect("a net"), "::1/128".parse().expect("a net")],
            max_requests: 10_000,
            max_clients: 1_000_000,
            stop_delay: Duration::from_secs(20),
        },
        fetch: Fetch {
            contact: Some("https://example.org/about".parse().expect("a URL")),
            hosts: ["feeds.intranet", "[::1]"].map(|host| url::Host::parse(host).expect("a host")).into(),
            ports: vec![80, 443, 8443],
        },
        work: Work { worker: false },
        summaries: Summaries {
            model: Some(Model {
                url: "http://127.0.0.1:11434/v1/".parse().expect("a URL"),
                name: "qwen3:8b".to_owned(),
                // It is set everywhere, whatever it is.
                key: env::var("PATH").ok().as_deref().map(Key::from),
                timeout: Duration::from_mins(10),
                parallel: 64,
                days: 0,
                max_input_tokens: 2_000,
                max_requests_per_minute: None,
                max_tokens_per_day: NonZeroU32::new(4_000_000_000),
            }),
        },
        metrics: Metrics { listen: Some(([127, 0, 0, 1], 9464).into()) },
        categories: Categories {
            rules: vec![
                CategoryRule { sign: Sign::Source("ledgerandlog".into()), category: "Data, Storage".into() },
                CategoryRule { sign: Sign::Tag("kubernetes".into()), category: "Infrastructure".into() },
            ],
        },
        log: Log { filter: "warn,precis=trace".parse().expect("a filter"), format: LogFormat::Json },
    }
}

#[test]
fn without_anything_given_all_is_default() {
    assert_eq!(config(&[], ""), Ok(defaults()));
}

#[test]
fn every_option_can_be_given_as_a_flag() {
    let flags = [
        "--database-url=postgres://me:secret@host/db",
        "--max-connections=200",
        "--no-migrate",
        "--listen=0.0.0.0:80",
        "--public-url=https://news.example.org/",
        "--cors-origins=https://a.org,https://b.org",
        "--page=off",
        "--mcp=off",
        "--graphiql=off",
        "--trusted-documents=documents",
        "--rate-limit=off",
        "--trusted-proxies=10.0.0.0/8,::1",
        "--max-requests=10000",
        "--max-clients=1000000",
        "--stop-delay=20",
        "--fetch-contact=https://example.org/about",
        "--fetch-hosts=feeds.intranet,[::1]",
        "--fetch-ports=80,443,8443",
        "--no-worker",
        "--model-url=http://127.0.0.1:11434/v1",
        "--model=qwen3:8b",
        "--model-key-variable=PATH",
        "--model-timeout=600",
        "--model-parallel=64",
        "--summarize-days=0",
        "--max-input-tokens=2000",
        "--max-requests-per-minute=off",
        "--max-tokens-per-day=4000000000",
        "--metrics-listen=127.0.0.1:9464",
        "--category-rules=source:ledger-and-log = Data, Storage; tag:kubernetes = Infrastructure;",
        "--log=warn,precis=trace",
        "--log-format=json",
    ];
    assert_eq!(config(&flags, ""), Ok(changed()));
    assert_eq!(flags.len(), specs().count());
}

#[test]
fn every_option_can_be_given_in_the_file() {
    let file = r#"
        database_url = "postgres://me:secret@host/db"
        max_connections = 200
        no_migrate = true
        listen = "0.0.0.0:80"
        public_url = "https://news.example.org/"
        cors_origins = ["https://a.org", "https://b.org"]
        page = false
        mcp = false
        graphiql = false
        trusted_documents = "documents"
        rate_limit = "off"
        trusted_proxies = ["10.0.0.0/8", "::1"]
        max_requests = 10000
        max_clients = 1000000
        stop_delay = 20
        fetch_contact = "https://example.org/about"
        fetch_hosts = ["feeds.intranet", "[::1]"]
        fetch_ports = ["80", "443", "8443"]
        no_worker = true
        model_url = "http://127.0.0.1:11434/v1"
        model = "qwen3:8b"
        model_key_variable = "PATH"
        model_timeout = 600
        model_parallel = 64
        summarize_days = 0
        max_input_tokens = 2000
        max_requests_per_minute = "off"
        max_tokens_per_day = 4000000000
        metrics_listen = "127.0.0.1:9464"
        category_rules = ["source:ledger-and-log = Data, Storage", "tag:kubernetes = Infrastructure"]
        log = "warn,precis=trace"
        log_format = "json"
    "#;
    assert_eq!(config(&[], file), Ok(changed()));
}

#[test]
fn a_flag_wins_over_the_file() {
    let expected = Config { http: Http { listen: ([127, 0, 0, 1], 2).into(), ..defaults().http }, ..defaults() };
    assert_eq!(config(&["--listen", "127.0.0.1:2"], r#"listen = "127.0.0.1:1""#), Ok(expected));
}

/// Variables belong to a process, so what is looked at happens in another one.
#[test]
fn a_variable_wins_over_the_file_and_is_named_when_it_is_refused() {
    const TEST: &str = "config::tests::a_variable_wins_over_the_file_and_is_named_when_it_is_refused";
    if env::var_os("PRECIS_MAX_CONNECTIONS").is_none() {
        let mut other = process::Command::new(env::current_exe().expect("a program"));
        other.args([TEST, "--exact"]).envs([("PRECIS_MAX_CONNECTIONS", "many"), ("PRECIS_NO_MIGRATE", "yes")]);
        let output = other.env("PRECIS_LISTEN", "").output().expect("an output");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        return;
    }
    assert_eq!(
        config(&[], "max_connections = 3"),
        Err(r#"PRECIS_MAX_CONNECTIONS: "many" will not do; expected a whole number from 1 to 200"#.into())
    );
    let expected = Database { migrate: false, ..defaults().database };
    assert_eq!(config(&["--max-connections=8"], "no_migrate = false"), Ok(Config { database: expected, ..defaults() }));
}

#[test]
fn postgresql_gets_more_connections_where_none_are_asked_for() {
    let connections = |file| {
        let flags = ["--database-url", "postgres://localhost/precis"];
        config(&flags, file).map(|config| config.database.max_connections)
    };
    assert_eq!(connections(""), Ok(16));
    assert_eq!(connections("max_connections = 3"), Ok(3));
}

#[test]
fn a_wrong_value_is_refused_with_its_name_as_written_and_what_is_expected() {
    let refused = |flags: &[&str], file| config(flags, file).expect_err("a refusal");
    assert_eq!(
        refused(&["--max-connections", "0"], ""),
        r#"--max-connections: "0" will not do; expected a whole number from 1 to 200"#
    );
    assert_eq!(
        refused(&[], "max_connections = 201"),
        r#"max_connections in precis.toml: "201" will not do; expected a whole number from 1 to 200"#
    );
    assert_eq!(
        refused(&["--max-requests", "0"], ""),
        r#"--max-requests: "0" will not do; expected a whole number from 1 to 10000"#
    );
    assert_eq!(
        refused(&["--max-clients", "1000001"], ""),
        r#"--max-clients: "1000001" will not do; expected a whole number from 1 to 1000000"#
    );
    assert_eq!(
        refused(&["--model-url", "http://127.0.0.1/v1"], ""),
        r#"--model: "" will not do; expected the name of a model that model_url has, such as qwen3:8b"#
    );
    assert_eq!(
        refused(&["--model-key-variable", "NO_SUCH_KEY"], "model_url = 'http://a/'\nmodel = 'b'"),
        r#"--model-key-variable: "NO_SUCH_KEY" will not do; expected the name of a variable that is set, such as OPENAI_API_KEY"#
    );
    assert_eq!(
        refused(&["--max-input-tokens", "10000"], "max_tokens_per_day = 19999"),
        "max_tokens_per_day in precis.toml: \"19999\" will not do; expected a whole number from 10000 to 4000000000 \
         that is at least twice max_input_tokens, or off"
    );
    assert_eq!(
        refused(&["--stop-delay", "21"], ""),
        r#"--stop-delay: "21" will not do; expected a whole number of seconds from 0 to 20"#
    );
    assert_eq!(
        refused(&[], "listen = 8080"),
        r#"listen in precis.toml: "8080" will not do; expected an IP address and a port, such as 127.0.0.1:8080 or [::]:8080"#
    );
    assert_eq!(
        refused(&[], r#"log_format = ["json"]"#),
        r#"log_format in precis.toml: "[\"json\"]" will not do; expected text or json"#
    );
    assert_eq!(
        refused(&[], r#"category_rules = ["tag:kubernetes = Infrastructure", "words:postgres"]"#),
        "category_rules in precis.toml: \"words:postgres\" will not do; expected source:NAME = CATEGORY, \
         tag:NAME = CATEGORY or words:WORDS = CATEGORY, such as words:postgres replication = Databases; \
         as a flag, with a semicolon between two rules"
    );
}

#[test]
fn a_key_that_is_no_option_is_refused_with_the_one_that_is_like_it() {
    let refused = |file| config(&[], file).expect_err("a refusal");
    assert_eq!(
        refused("max-connection = 3"),
        r#"precis.toml: there is no option "max-connection"; did you mean "max_connections"?"#
    );
    assert_eq!(refused("[server]\nlisten = 1"), r#"precis.toml: there is no option "server""#);
}

#[test]
fn no_refusal_tells_a_password() {
    let broken = "log = 'info'\ndatabase_url = \"postgres://me:secret@host/db\nlisten = 1";
    let refusals = [
        (config(&["--database-url", "mysql://me:secret@host/db"], ""), "--database-url: \"mysql://me:***@host/db\""),
        (config(&[], "database_url = 'postgres://me:secret'"), "database_url in precis.toml: \"postgres://***\""),
        (config(&[], broken), "precis.toml, line 2: "),
    ];
    for (refusal, start) in refusals {
        let refusal = refusal.expect_err("a refusal");
        assert!(refusal.starts_with(start) && !refusal.contains("secret"), "{refusal}");
    }
    let command = Command::try_parse_from(["precis", "--database-url", "postgres://me:secret@host/db"]);
    let shown = format!("{:?}", command.expect("arguments"));
    assert!(shown.contains("postgres://me:***@host/db") && !shown.contains("secret"), "{shown}");
}

#[test]
fn a_named_file_has_to_be_there() {
    let missing = Command::try_parse_from(["precis", "--config", "no/such.toml"]).expect("arguments");
    let error = Config::load(&missing.global, &[]).expect_err("a refusal").to_string();
    assert!(error.starts_with("no/such.toml: "), "{error}");
}

/// To write it anew: `PRECIS_TEST_UPDATE=1 cargo test example_file`.
#[test]
fn the_example_file_documents_every_option() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/precis.example.toml");
    if env::var_os("PRECIS_TEST_UPDATE").is_some() {
        std::fs::write(path, example()).expect("the file can be written");
    }
    assert_eq!(std::fs::read_to_string(path).expect("the file is there"), example());
}

#[test]
fn the_example_file_holds_the_defaults() {
    let switched_on: Vec<_> = example().lines().map(uncommented).map(str::to_owned).collect();
    assert_eq!(config(&[], &switched_on.join("\n")), Ok(defaults()));
    let keys: toml::Table = switched_on.join("\n").parse().expect("TOML");
    assert_eq!(keys.len(), specs().count());
}

/// Options are commented out without a space, other than remarks.
fn uncommented(line: &str) -> &str {
    line.strip_prefix('#').filter(|rest| rest.starts_with(|first: char| first.is_ascii_lowercase())).unwrap_or(line)
}
