//! The section of summaries: the model that writes them, and how much it may be asked for.

use std::{env, fmt, num::NonZeroU32, ops::RangeInclusive, time::Duration};

use url::Url;

use super::{
    option::{Kind, Section, Setting, Spec},
    source::{ConfigError, Values},
};

/// Who writes summaries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summaries {
    /// Where there is none, summaries are excerpts.
    pub model: Option<Model>,
}

/// A model behind an endpoint that speaks as `OpenAI`'s chat completions do, and how much it may be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// What `chat/completions` is put behind. Ends in a slash.
    pub url: Url,
    /// What the endpoint calls it.
    pub name: String,
    /// Where the endpoint wants one.
    pub key: Option<Key>,
    /// How long it may take to answer: 1 s to 10 min.
    pub timeout: Duration,
    /// How many questions it gets at a time: 1 to 64.
    pub parallel: usize,
    /// How old an episode may be that is summed up unasked, in days: up to 3,650.
    pub days: u32,
    /// How long a question may be, in tokens: 2,000 to 1,000,000.
    pub max_input_tokens: usize,
    /// Of this database's processes together. None for any number.
    pub max_requests_per_minute: Option<NonZeroU32>,
    /// Input and output, of this database's processes together. None for any number.
    pub max_tokens_per_day: Option<NonZeroU32>,
}

/// A secret, which is shown to nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

const URL: Setting<Option<Url>> = Setting {
    spec: Spec {
        key: "model_url",
        placeholder: "URL",
        default: "",
        expects: "the base address of an OpenAI-compatible API, such as http://127.0.0.1:11434/v1",
        help: "Where a model is asked for summaries: Ollama, vLLM or any other that has chat/completions below this \
               address; without one, summaries are excerpts",
        kind: Kind::Text,
    },
    parse: |text| if text.is_empty() { Some(None) } else { base(text).map(Some) },
};

const NAME: Setting<String> = Setting {
    spec: Spec {
        key: "model",
        placeholder: "NAME",
        default: "",
        expects: "the name of a model that model_url has, such as qwen3:8b",
        help: "The model that is asked",
        kind: Kind::Text,
    },
    parse: |text| (text.len() <= 200).then(|| text.trim().to_owned()),
};

/// Refused where a model's address is given and its name is not.
const NAME_OF_URL: Setting<String> =
    Setting { spec: NAME.spec, parse: |text| (NAME.parse)(text).filter(|name| !name.is_empty()) };

const KEY_VARIABLE: Setting<Option<Key>> = Setting {
    spec: Spec {
        key: "model_key_variable",
        placeholder: "VARIABLE",
        default: "PRECIS_MODEL_KEY",
        expects: "the name of a variable that is set, such as OPENAI_API_KEY",
        help: "The variable of the environment that holds the key for model_url, where it wants one",
        kind: Kind::Text,
    },
    parse: |name| match env::var(name) {
        Ok(key) if !key.trim().is_empty() => Some(Some(Key(key.trim().to_owned()))),
        // Who names another one means it.
        _ => (name == KEY_VARIABLE.spec.default).then_some(None),
    },
};

const TIMEOUT: Setting<Duration> = Setting {
    spec: Spec {
        key: "model_timeout",
        placeholder: "SECONDS",
        default: "120",
        expects: "a whole number of seconds from 1 to 600",
        help: "How long the model may take for an answer",
        kind: Kind::Number,
    },
    parse: |text| text.parse().ok().filter(|seconds| (1..=600).contains(seconds)).map(Duration::from_secs),
};

const PARALLEL: Setting<usize> = Setting {
    spec: Spec {
        key: "model_parallel",
        placeholder: "NUMBER",
        default: "2",
        expects: "a whole number from 1 to 64",
        help: "How many questions a process asks the model at a time",
        kind: Kind::Number,
    },
    parse: |text| text.parse().ok().filter(|number| (1..=64).contains(number)),
};

const DAYS: Setting<u32> = Setting {
    spec: Spec {
        key: "summarize_days",
        placeholder: "DAYS",
        default: "7",
        expects: "a whole number of days from 0 to 3650",
        help: "How old an episode may be that the worker has summed up; `precis summarize` goes further back",
        kind: Kind::Number,
    },
    parse: |text| text.parse().ok().filter(|days| *days <= 3_650),
};

const MAX_INPUT_TOKENS: Setting<usize> = Setting {
    spec: Spec {
        key: "max_input_tokens",
        placeholder: "TOKENS",
        default: "6000",
        expects: "a whole number from 2000 to 1000000",
        help: "How long a question to the model may be; longer texts are cut",
        kind: Kind::Number,
    },
    parse: |text| text.parse().ok().filter(|tokens| (2_000..=1_000_000).contains(tokens)),
};

const MAX_REQUESTS_PER_MINUTE: Setting<Option<NonZeroU32>> = Setting {
    spec: Spec {
        key: "max_requests_per_minute",
        placeholder: "NUMBER",
        default: "60",
        expects: "a whole number from 1 to 100000, or off",
        help: "How many questions the model gets in any 60 seconds, from all processes together",
        kind: Kind::Number,
    },
    parse: |text| if text == OFF { Some(None) } else { number(text, 1..=100_000).map(Some) },
};

const MAX_TOKENS_PER_DAY: Setting<Option<NonZeroU32>> = Setting {
    spec: Spec {
        key: "max_tokens_per_day",
        placeholder: "TOKENS",
        default: "1000000",
        expects: "a whole number from 10000 to 4000000000 that is at least twice max_input_tokens, or off",
        help: "How many tokens of input and output the model may take in a day (UTC), for all processes together",
        kind: Kind::Number,
    },
    parse: |text| if text == OFF { Some(None) } else { number(text, 10_000..=4_000_000_000).map(Some) },
};

impl Section for Summaries {
    const TITLE: &'static str = "Summaries";
    const OPTIONS: &'static [&'static Spec] = &[
        &URL.spec,
        &NAME.spec,
        &KEY_VARIABLE.spec,
        &TIMEOUT.spec,
        &PARALLEL.spec,
        &DAYS.spec,
        &MAX_INPUT_TOKENS.spec,
        &MAX_REQUESTS_PER_MINUTE.spec,
        &MAX_TOKENS_PER_DAY.spec,
    ];

    fn read(values: &Values) -> Result<Self, ConfigError> {
        let url = values.get(&URL)?;
        // Also what nobody is asked with has to be right.
        let name = values.get(if url.is_some() { &NAME_OF_URL } else { &NAME })?;
        let (timeout, parallel, days) = (values.get(&TIMEOUT)?, values.get(&PARALLEL)?, values.get(&DAYS)?);
        let max_input_tokens = values.get(&MAX_INPUT_TOKENS)?;
        let max_requests_per_minute = values.get(&MAX_REQUESTS_PER_MINUTE)?;
        let max_tokens_per_day = values.get(&MAX_TOKENS_PER_DAY)?;
        let is_enough = |day: NonZeroU32| usize::try_from(day.get()).is_ok_and(|day| day >= 2 * max_input_tokens);
        if !max_tokens_per_day.is_none_or(is_enough) {
            return Err(values.refuse(&MAX_TOKENS_PER_DAY));
        }
        let Some(url) = url else { return Ok(Self { model: None }) };
        let key = values.get(&KEY_VARIABLE)?;
        let model = Model {
            url,
            name,
            key,
            timeout,
            parallel,
            days,
            max_input_tokens,
            max_requests_per_minute,
            max_tokens_per_day,
        };
        Ok(Self { model: Some(model) })
    }
}

/// An address that others are put behind.
fn base(text: &str) -> Option<Url> {
    let mut url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let is_plain =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    is_plain.then_some(url)
}

/// What stands for any number.
const OFF: &str = "off";

fn number(text: &str, bounds: RangeInclusive<u32>) -> Option<NonZeroU32> {
    text.parse().ok().filter(|number: &NonZeroU32| bounds.contains(&number.get()))
}

impl Key {
    /// As it is sent.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Key {
    fn from(key: &str) -> Self {
        Self(key.to_owned())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_address_ends_in_a_slash_and_holds_no_secret() {
        let read = |text: &str| base(text).map(String::from);
        assert_eq!(read("http://127.0.0.1:11434/v1").as_deref(), Some("http://127.0.0.1:11434/v1/"));
        assert_eq!(read("https://models.example/v1/").as_deref(), Some("https://models.example/v1/"));
        assert_eq!(read("https://models.example").as_deref(), Some("https://models.example/"));
        for wrong in ["models.example/v1", "ftp://models.example", "https://me:key@models.example/v1", "http://a/?k=1"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_key_is_shown_to_nobody() {
        assert_eq!(format!("{:?}", Key::from("sk-secret")), "Key(…)");
    }
}
