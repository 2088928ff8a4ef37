//! The example file, made from what is declared, so that it can't say anything else.

use super::{
    SECTIONS,
    option::{Kind, Spec},
};

/// The text of `precis.example.toml`: every option, commented out, with its default.
pub fn example() -> String {
    let sections = SECTIONS.iter().map(|(title, options)| {
        let options: String = options.iter().copied().map(option).collect();
        format!("\n\n## {title}\n{options}")
    });
    [HEAD.to_owned()].into_iter().chain(sections).collect()
}

const HEAD: &str = "\
# All options of Précis, with their defaults.
#
# They are read from precis.toml in the working directory, or from the file that --config or
# PRECIS_CONFIG names. Each can also be given as a variable (max_connections: PRECIS_MAX_CONNECTIONS),
# which wins over the file, and as a flag (--max-connections), which wins over both.
";

fn option(spec: &Spec) -> String {
    let Spec { key, help, expects, .. } = spec;
    format!("\n# {help}.\n# Expected: {expects}.\n#{key} = {}\n", default(spec))
}

/// The default of an option, in TOML.
fn default(spec: &Spec) -> String {
    match spec.kind {
        Kind::Number | Kind::Switch => spec.default.into(),
        Kind::Text | Kind::SecretUrl => toml::Value::from(spec.default).to_string(),
        Kind::Rules => "[]".into(),
        Kind::List => {
            let items: Vec<_> =
                spec.default.split(',').filter(|item| !item.is_empty()).map(toml::Value::from).collect();
            toml::Value::from(items).to_string()
        }
    }
}
