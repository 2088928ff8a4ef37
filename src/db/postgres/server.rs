//! Where PostgreSQL is, and how a connection to it is secured: as the options of the other driver say, which reads
//! them out of the URL, the environment and the file of passwords.

use std::{fs, io, sync::Arc};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
};
use sea_orm::sqlx::{
    ConnectOptions,
    postgres::{PgConnectOptions, PgSslMode},
};
use tokio_postgres::{Client, Config, Connection, Socket, config::SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;
use url::Url;

/// Whatever was wrong with a connection that was to be made.
pub(super) type Fault = Box<dyn std::error::Error + Send + Sync>;
/// What drives a client: it sends what the client asks, and gives it the answers.
pub(super) type Driver = Connection<Socket, <MakeRustlsConnect as tokio_postgres::tls::MakeTlsConnect<Socket>>::Stream>;

/// Where it is, and as whom one connects to it.
#[derive(Clone)]
pub(in crate::db) struct Server {
    config: Config,
    /// How many statements stay prepared on a connection.
    prepared: usize,
    security: Security,
}

/// How far the server is trusted, and how it knows us: files in PEM, or their contents.
#[derive(Clone)]
struct Security {
    mode: PgSslMode,
    /// Whom certificates have to come from, besides those whom browsers trust.
    roots: Option<String>,
    certificate: Option<String>,
    key: Option<String>,
}

impl Server {
    /// What these options say.
    pub(in crate::db) fn of(options: &PgConnectOptions) -> Self {
        // Some of them show in their URL alone, in which a host that is a folder and an odd user have no place.
        let shown = options.clone().host("localhost").username("nobody").to_url_lossy();
        let parameter = |name: &str| {
            let value = shown.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())?;
            Some(value.strip_prefix("file: ").map(str::to_owned).unwrap_or(value))
        };
        let security = Security {
            mode: options.get_ssl_mode(),
            roots: parameter("sslrootcert"),
            certificate: parameter("sslcert"),
            key: parameter("sslkey"),
        };
        // What is a file is not eavesdropped on.
        let is_file = options.get_socket().is_some() || options.get_host().starts_with('/');
        let is_plain = is_file || matches!(security.mode, PgSslMode::Disable | PgSslMode::Allow);
        let security = if is_plain { Security::NONE } else { security };
        let mut config = Config::new();
        config.user(options.get_username()).port(options.get_port());
        match options.get_socket() {
            Some(folder) => config.host_path(folder),
            None => config.host(options.get_host().trim_matches(['[', ']'])), // an address of version 6 stands in these
        };
        config.ssl_mode(match security.mode {
            PgSslMode::Disable | PgSslMode::Allow => SslMode::Disable,
            PgSslMode::Prefer => SslMode::Prefer,
            PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull => SslMode::Require,
        });
        if let Some(password) = password(&shown) {
            config.password(password);
        }
        if let Some(database) = options.get_database() {
            config.dbname(database);
        }
        if let Some(name) = options.get_application_name() {
            config.application_name(name);
        }
        if let Some(options) = options.get_options() {
            config.options(options);
        }
        let prepared = parameter("statement-cache-capacity").and_then(|number| number.parse().ok()).unwrap_or_default();
        Self { config, prepared, security }
    }

    /// How many statements stay prepared on a connection; nothing, where none is to be, as before a pooler.
    pub(super) fn prepared(&self) -> Option<usize> {
        (self.prepared > 0).then_some(self.prepared)
    }

    /// A new connection. Certificates are read each time, as they may be renewed.
    pub(super) async fn connect(&self) -> Result<(Client, Driver), Fault> {
        Ok(self.config.connect(MakeRustlsConnect::new(self.security.tls()?)).await?)
    }
}

fn password(url: &Url) -> Option<Vec<u8>> {
    Some(percent_encoding::percent_decode_str(url.password()?).collect())
}

impl Security {
    const NONE: Self = Self { mode: PgSslMode::Disable, roots: None, certificate: None, key: None };

    /// As libpq's `sslmode` has it: who is not told to verify certificates takes any; `verify-ca` takes any name in one.
    fn tls(&self) -> Result<ClientConfig, Fault> {
        let provider = Arc::new(ring::default_provider());
        let trust = match self.mode {
            PgSslMode::VerifyFull => None,
            PgSslMode::VerifyCa => {
                let authorities = Arc::new(self.authorities()?);
                let verifier = WebPkiServerVerifier::builder_with_provider(authorities, provider.clone()).build()?;
                Some(Lenient { authorities: Some(verifier), provider: provider.clone() })
            }
            PgSslMode::Disable | PgSslMode::Allow | PgSslMode::Prefer | PgSslMode::Require => {
                Some(Lenient { authorities: None, provider: provider.clone() })
            }
        };
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let config = match trust {
            Some(lenient) => config.dangerous().with_custom_certificate_verifier(Arc::new(lenient)),
            None => config.with_root_certificates(self.authorities()?),
        };
        Ok(match (&self.certificate, &self.key) {
            (Some(certificate), Some(key)) => {
                let key = PrivateKeyDer::from_pem_slice(&pem(key)?)?;
                config.with_client_auth_cert(certificates(certificate)?, key)?
            }
            (None, None) => config.with_no_client_auth(),
            _ => return Err("sslcert and sslkey belong together".into()),
        })
    }

    fn authorities(&self) -> Result<RootCertStore, Fault> {
        let mut store = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for root in self.roots.as_deref().map(certificates).transpose()?.unwrap_or_default() {
            store.add(root)?;
        }
        Ok(store)
    }
}

fn certificates(file: &str) -> Result<Vec<CertificateDer<'static>>, Fault> {
    Ok(CertificateDer::pem_slice_iter(&pem(file)?).collect::<Result<_, _>>()?)
}

/// A file, or what stands for it.
fn pem(file: &str) -> Result<Vec<u8>, Fault> {
    if file.trim_start().starts_with("-----BEGIN") {
        return Ok(file.as_bytes().to_vec());
    }
    fs::read(file).map_err(|error| io::Error::new(error.kind(), format!("{file}: {error}")).into())
}

/// Trusts any certificate, or those of the authorities, whatever name they are for.
#[derive(Debug)]
struct Lenient {
    authorities: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let Some(authorities) = &self.authorities else { return Ok(ServerCertVerified::assertion()) };
        match authorities.verify_server_cert(end_entity, intermediates, name, ocsp_response, now) {
            Err(TlsError::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests;
