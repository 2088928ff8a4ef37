//! PostgreSQL over TLS.

use std::{fs, net::TcpListener, os::unix::fs::PermissionsExt as _};

use sea_orm::{ConnectionTrait as _, Statement};
use tempfile::TempDir;

use crate::{
    support::{
        Backend, TestApp,
        postgres::{self, Server},
        run_alone,
    },
    tables,
};

const ONE: &str = "{ summaries(first: 1) { totalCount } }";

#[test]
fn all_connections_are_encrypted_and_the_server_is_known_by_its_certificate() {
    run_alone(async || {
        let folder = TempDir::new().expect("a folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("it is ours");
        let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let (certificate, key) = (folder.path().join("server.crt"), folder.path().join("server.key"));
        fs::write(&key, certified.signing_key.serialize_pem()).expect("it is written");
        fs::write(&certificate, certified.cert.pem()).expect("it is written");
        Server::hand_over(&key);
        let port = free_port();
        let settings = [
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={port}"),
            "ssl=on".to_owned(),
            format!("ssl_cert_file={}", certificate.display()),
            format!("ssl_key_file={}", key.display()),
        ];
        let Some(cluster) = postgres::own_or_skip(&settings.each_ref().map(String::as_str)) else { return };

        let url =
            format!("postgres://postgres@localhost:{port}/postgres?application_name=precis_tls&sslmode=verify-full");
        let known = format!("{url}&sslrootcert={}", certificate.display());
        let app = TestApp::at(Backend::Postgres, known).await;
        assert_eq!(app.ask(ONE).await["data"]["summaries"]["totalCount"], 0);
        let database = tables::connect(&format!("{}&port={port}", cluster.url)).await;
        let connections = "SELECT count(*), count(*) FILTER (WHERE ssl) FROM pg_stat_ssl JOIN pg_stat_activity \
                           USING (pid) WHERE application_name = 'precis_tls'";
        let statement = Statement::from_string(database.get_database_backend(), connections);
        let row = database.query_one_raw(statement).await.expect("rows").expect("a row");
        let (all, encrypted): (i64, i64) =
            (row.try_get_by_index(0).expect("a number"), row.try_get_by_index(1).expect("a number"));
        assert!(all >= 2, "one that reads and one that writes, not {all}");
        assert_eq!(encrypted, all);
        app.close().await;
        database.close().await.expect("no connection");
    });
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}
