//! Options that won't do: who is told what, and with which exit code.

use super::{Ended, Precis};

#[test]
fn a_wrong_option_is_refused_with_its_name_and_its_range() {
    let log = "off, error, warn, info, debug or trace, also by target, such as info,precis=debug";
    let switch = "true or false";
    let nets = "addresses and nets, such as 127.0.0.1 or 10.0.0.0/8, but not the net of all addresses";
    for (option, value, expects) in [
        ("max_connections", "0", "a whole number from 1 to 200"),
        ("max_connections", "201", "a whole number from 1 to 200"),
        ("max_connections", "many", "a whole number from 1 to 200"),
        ("database_url", "mysql://host/db", "sqlite://FILE?mode=rwc or postgres://USER:PASSWORD@HOST/DATABASE"),
        ("no_migrate", "perhaps", switch),
        ("listen", "8080", "an IP address and a port, such as 127.0.0.1:8080 or [::]:8080"),
        ("listen", "127.0.0.1:99999", "an IP address and a port, such as 127.0.0.1:8080 or [::]:8080"),
        ("cors_origins", "https://a.example/path", "* or origins with no path, such as https://example.org"),
        ("page", "2", switch),
        ("mcp", "2", switch),
        ("graphiql", "2", switch),
        ("rate_limit", "0", "a whole number from 1 to 1000000, or off"),
        ("rate_limit", "1000001", "a whole number from 1 to 1000000, or off"),
        ("trusted_proxies", "0.0.0.0/0", nets),
        ("trusted_proxies", "10.0.0.0/8,proxy", nets),
        (
            "fetch_hosts",
            "feeds.intranet:8080",
            "names and addresses without a port, such as feeds.intranet or 192.168.1.20",
        ),
        ("fetch_ports", "0", "numbers of ports, such as 80,443,8443"),
        ("fetch_contact", "me@example.org", "the address of a page, such as https://example.org/about-our-fetching"),
        ("no_worker", "perhaps", switch),
        ("log", "info,loud=very", log),
        ("log_format", "xml", "text or json"),
    ] {
        let refused = |name: &str| Ended {
            code: Some(2),
            out: String::new(),
            err: format!("precis: {name}: {value:?} will not do; expected {expects}\n"),
        };
        let (flag, variable) = (format!("--{}", option.replace('_', "-")), format!("PRECIS_{}", option.to_uppercase()));

        let precis = Precis::new();
        assert_eq!(precis.run(&["serve", &format!("{flag}={value}")]), refused(&flag));
        let by_variable = precis.command(&["serve"]).env(&variable, value).output().expect("it runs");
        assert_eq!(Ended::from(by_variable), refused(&variable));
        precis.write("precis.toml", format!("{option} = {value:?}\n"));
        assert_eq!(precis.run(&["serve"]), refused(&format!("{option} in precis.toml")));
        assert!(!precis.folder().join("precis.db").exists(), "{option}: no database was made");
    }
}

#[test]
fn what_is_no_option_is_refused_with_what_was_meant() {
    let precis = Precis::new();
    let unknown = precis.run(&["serve", "--max-conections=3"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (Some(2), ""));
    assert!(unknown.err.contains("--max-conections") && unknown.err.contains("--max-connections"), "{}", unknown.err);

    precis.write("precis.toml", "max_conections = 3\n");
    let err = "precis: precis.toml: there is no option \"max_conections\"; did you mean \"max_connections\"?\n";
    assert_eq!(precis.run(&["serve"]), Ended { code: Some(2), out: String::new(), err: err.to_owned() });
}

#[test]
fn a_password_is_in_no_refusal() {
    let precis = Precis::new();
    for url in ["mysql://me:secret@host/db", "postgres://me:secret@127.0.0.1:1/db"] {
        let ended = precis.run(&["serve", "--database-url", url]);
        assert!(matches!(ended.code, Some(1 | 2)) && !ended.err.is_empty(), "{url}");
        assert!(!ended.err.contains("secret") && !ended.out.contains("secret"), "{}", ended.err);
    }
}

#[test]
fn a_flag_wins_over_a_variable_and_that_over_the_file() {
    let precis = Precis::new();
    precis.write("precis.toml", "database_url = \"sqlite://by-file.db?mode=rwc\"\n");
    precis.write("a.jsonl", "{\"source\": \"Seas\", \"title\": \"Spring tide\"}\n");
    let made = |name: &str| precis.folder().join(name).exists();

    let by_flag = ["import", "a.jsonl", "--database-url", "sqlite://by-flag.db?mode=rwc"];
    let variable = ("PRECIS_DATABASE_URL", "sqlite://by-variable.db?mode=rwc");
    let status = precis.command(&by_flag).env(variable.0, variable.1).status().expect("it runs");
    assert_eq!(
        (status.code(), made("by-flag.db"), made("by-variable.db"), made("by-file.db")),
        (Some(0), true, false, false)
    );
    let status = precis.command(&by_flag[..2]).env(variable.0, variable.1).status().expect("it runs");
    assert_eq!((status.code(), made("by-variable.db"), made("by-file.db")), (Some(0), true, false));
    assert_eq!((precis.run(&by_flag[..2]).code, made("by-file.db"), made("precis.db")), (Some(0), true, false));
}

#[test]
fn a_database_that_cannot_be_opened_is_a_failure_and_no_wrong_call() {
    let precis = Precis::new();
    precis.write("a.jsonl", "{\"source\": \"Seas\", \"title\": \"Spring tide\"}\n");
    precis.write("precis.db", "no database at all, but long enough that nobody takes it for an empty file");
    let Ended { code, out, err } = precis.run(&["import", "a.jsonl"]);
    assert_eq!((code, out.as_str()), (Some(1), ""), "{err}");
    assert!(err.starts_with("precis: the database can't be opened: "), "{err}");
}
