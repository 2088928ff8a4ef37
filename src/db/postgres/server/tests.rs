//! What is taken over from a URL, and whom a connection trusts.

use rcgen::CertifiedKey;
use rustls::{ClientConnection, ServerConfig, ServerConnection};
use tempfile::NamedTempFile;
use tokio_postgres::config::Host;

use super::*;

fn server(url: &str) -> Server {
    Server::of(&url.parse().expect("a URL"))
}

#[test]
fn what_the_other_driver_reads_out_of_a_url_is_taken_over() {
    let url = "postgres://an%40odd%2Fuser:p%40ss%20word@[::1]:5433/a_base?sslmode=require&application_name=mine&options=-c%20geqo%3Doff";
    let Server { config, prepared, .. } = server(url);
    assert_eq!(prepared, 100, "which is the other driver's default");
    assert_eq!(server(&format!("{url}&statement-cache-capacity=0")).prepared(), None);
    assert_eq!(config.get_user(), Some("an@odd/user"));
    assert_eq!(config.get_password(), Some(&b"p@ss word"[..]));
    assert_eq!(config.get_hosts(), [Host::Tcp("::1".into())]);
    assert_eq!((config.get_ports(), config.get_dbname()), (&[5433][..], Some("a_base")));
    assert_eq!((config.get_application_name(), config.get_options()), (Some("mine"), Some("-c geqo=off")));
    assert_eq!(config.get_ssl_mode(), SslMode::Require);
}

#[test]
fn a_folder_is_a_socket_and_needs_no_encryption() {
    for url in ["postgres://me@localhost/base?host=/run/here&sslmode=require", "postgres://me@%2Frun%2Fhere/base"] {
        let Server { config, .. } = server(url);
        assert_eq!(config.get_hosts(), [Host::Unix("/run/here".into())], "{url}");
        assert_eq!(config.get_ssl_mode(), SslMode::Disable, "{url}");
    }
}

#[test]
fn certificates_are_files_or_what_is_in_them() {
    let CertifiedKey { cert, signing_key } = certified();
    let files = [cert.pem(), signing_key.serialize_pem()].map(|pem| {
        let file = NamedTempFile::new().expect("a file");
        fs::write(file.path(), pem).expect("it is written");
        file
    });
    let [certificate, key] = files.each_ref().map(|file| file.path().display().to_string());
    let url = format!(
        "postgres://me@localhost/base?sslmode=verify-full&sslrootcert={certificate}&sslcert={certificate}&sslkey={key}"
    );
    let Server { security, .. } = server(&url);
    let config = security.tls().expect("a configuration");
    assert!(config.client_auth_cert_resolver.has_certs());

    let lone = security.clone();
    let lone = Security { key: None, ..lone }.tls().expect_err("a certificate without a key");
    assert_eq!(lone.to_string(), "sslcert and sslkey belong together");
    let missing = Security { roots: Some("/no/such/file.pem".into()), ..security }.tls().expect_err("no file");
    assert!(missing.to_string().starts_with("/no/such/file.pem: "), "{missing}");
}

#[test]
fn a_server_is_trusted_as_far_as_sslmode_says() {
    const UNKNOWN: &str = "UnknownIssuer";
    const NAME: &str = "NotValidForName";
    let own = certified();
    let own_root = Some(own.cert.pem());
    for (mode, roots, name, expected) in [
        (PgSslMode::Prefer, None, "localhost", None),
        (PgSslMode::Require, None, "elsewhere.test", None),
        (PgSslMode::VerifyCa, None, "localhost", Some(UNKNOWN)),
        (PgSslMode::VerifyCa, own_root.clone(), "elsewhere.test", None),
        (PgSslMode::VerifyCa, Some(certified().cert.pem()), "localhost", Some("BadSignature")),
        (PgSslMode::VerifyFull, None, "localhost", Some(UNKNOWN)),
        (PgSslMode::VerifyFull, own_root.clone(), "elsewhere.test", Some(NAME)),
        (PgSslMode::VerifyFull, own_root, "localhost", None),
    ] {
        let said = format!("{mode:?} {name}: {expected:?}");
        let client = Security { mode, roots, certificate: None, key: None }.tls().expect("a configuration");
        let refused = shake_hands(client, name, &own).err().map(|error| format!("{error:?}"));
        match (refused, expected) {
            (None, None) => {}
            (Some(refused), Some(expected)) => assert!(refused.contains(expected), "{said}, not {refused}"),
            (refused, _) => panic!("{said}, not {refused:?}"),
        }
    }
}

fn certified() -> CertifiedKey<rcgen::KeyPair> {
    rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate")
}

/// A client greets a server with this certificate, in memory.
fn shake_hands(client: ClientConfig, name: &str, own: &CertifiedKey<rcgen::KeyPair>) -> Result<(), TlsError> {
    let key = PrivateKeyDer::from_pem_slice(own.signing_key.serialize_pem().as_bytes()).expect("a key");
    let server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key)?;
    let name = ServerName::try_from(name.to_owned()).expect("a name");
    let mut client = ClientConnection::new(Arc::new(client), name)?;
    let mut server = ServerConnection::new(Arc::new(server))?;
    while client.is_handshaking() {
        let mut sent = Vec::new();
        client.write_tls(&mut sent).expect("memory");
        server.read_tls(&mut &sent[..]).expect("memory");
        server.process_new_packets()?;
        let mut sent = Vec::new();
        while server.wants_write() {
            server.write_tls(&mut sent).expect("memory");
        }
        let mut sent = &sent[..];
        while !sent.is_empty() {
            client.read_tls(&mut sent).expect("memory");
            client.process_new_packets()?;
        }
    }
    Ok(())
}
