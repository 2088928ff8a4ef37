//! The section of metrics: where they are shown.

use std::net::SocketAddr;

use super::{
    option::{Kind, Section, Setting, Spec},
    source::{ConfigError, Values},
};

/// How what is counted is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Metrics {
    /// An address for them alone. None: they stand beside the API.
    pub listen: Option<SocketAddr>,
}

const LISTEN: Setting<Option<SocketAddr>> = Setting {
    spec: Spec {
        key: "metrics_listen",
        placeholder: "ADDRESS",
        default: "",
        expects: "an IP address and a port, such as 127.0.0.1:9464",
        help: "Serve /metrics at this address alone, and not beside the API; `precis worker` serves it nowhere else",
        kind: Kind::Text,
    },
    parse: |text| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) },
};

impl Section for Metrics {
    const TITLE: &'static str = "Metrics";
    const OPTIONS: &'static [&'static Spec] = &[&LISTEN.spec];

    fn read(values: &Values) -> Result<Self, ConfigError> {
        Ok(Self { listen: values.get(&LISTEN)? })
    }
}
