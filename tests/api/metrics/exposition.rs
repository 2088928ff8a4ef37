//! A strict reader of what `/metrics` writes: it takes what the formats allow and nothing else.

use std::collections::BTreeMap;

/// What was read: families by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exposition(BTreeMap<String, Family>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Family {
    kind: String,
    /// Values by series, as they are written.
    series: BTreeMap<String, String>,
}

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Prometheus,
    OpenMetrics,
}

impl Exposition {
    /// Reads a text, whole.
    ///
    /// # Panics
    /// Where it breaks a rule of its format.
    pub(crate) fn read(text: &str, format: Format) -> Self {
        let mut lines = text.strip_suffix('\n').expect("the last line ends").split('\n').peekable();
        let mut families = BTreeMap::new();
        while let Some(line) = lines.next() {
            if line == "# EOF" {
                assert_eq!((format, lines.next()), (Format::OpenMetrics, None), "the end of OpenMetrics");
                return Self(families);
            }
            let (name, help) = head(line, "HELP");
            assert!(!help.is_empty() && is_name(name), "{line}");
            let (typed, kind) = head(lines.next().expect("a type"), "TYPE");
            assert_eq!(typed, name, "help and type belong together");
            if let Some(unit) = lines.next_if(|line| line.starts_with("# UNIT ")) {
                let (of, unit) = head(unit, "UNIT");
                assert_eq!((format, of), (Format::OpenMetrics, name));
                assert!(name.ends_with(&format!("_{unit}")), "{name} is in {unit}");
            }
            let mut family = Family { kind: kind.to_owned(), series: BTreeMap::new() };
            while let Some(line) = lines.next_if(|line| !line.starts_with('#')) {
                let (written, value) = line.rsplit_once(' ').expect("a value");
                let series = &canonical(written);
                assert!(value.parse().is_ok_and(|value: f64| value >= 0.0), "a number: {line}");
                family.check(name, series, format);
                assert_eq!(family.series.insert(series.to_owned(), value.to_owned()), None, "once: {line}");
            }
            family.check_histograms(name);
            assert_eq!(families.insert(name.to_owned(), family), None, "once: {name}");
        }
        assert_eq!(format, Format::Prometheus, "OpenMetrics ends by saying so");
        Self(families)
    }

    /// The value of a series, as it is written; none where there is none.
    pub(crate) fn find(&self, series: &str) -> Option<&str> {
        self.0.values().find_map(|family| Some(family.series.get(series)?.as_str()))
    }

    /// The number of a series that counts.
    pub(crate) fn get(&self, series: &str) -> u64 {
        let value = self.find(series).unwrap_or_else(|| panic!("no {series}"));
        value.parse().unwrap_or_else(|_| panic!("{series} is no count: {value}"))
    }

    /// All series.
    pub(crate) fn series(&self) -> Vec<&str> {
        self.0.values().flat_map(|family| family.series.keys().map(String::as_str)).collect()
    }

    /// What is not nought of a family, by its labels.
    pub(crate) fn counted(&self, name: &str) -> Vec<(&str, u64)> {
        let family = self.0.get(name).unwrap_or_else(|| panic!("no {name}"));
        let all = family.series.keys().map(|series| (labels(series), self.get(series)));
        all.filter(|(_, many)| *many > 0).collect()
    }
}

impl Family {
    fn check(&self, family: &str, series: &str, format: Format) {
        let name = &series[..series.find('{').unwrap_or(series.len())];
        match (self.kind.as_str(), format) {
            ("counter", Format::Prometheus) => assert!(name == family && name.ends_with("_total"), "{series}"),
            ("counter", Format::OpenMetrics) => assert_eq!(name, format!("{family}_total")),
            ("gauge", _) => assert_eq!(name, family),
            ("histogram", _) => {
                let part = name.strip_prefix(family).expect("a part of its family");
                assert!(["_bucket", "_sum", "_count"].contains(&part), "{series}");
                assert_eq!(part == "_bucket", series.contains("le=\""), "{series}");
            }
            (other, _) => panic!("{family} is a {other}"),
        }
    }

    /// Buckets hold all that is below them, and the last one everything.
    fn check_histograms(&self, name: &str) {
        let mut buckets: BTreeMap<String, Vec<(f64, u64)>> = BTreeMap::new();
        for (series, count) in self.series.iter().filter(|(series, _)| series.contains("le=\"")) {
            // The bound stands first, as `le` comes before other names.
            let inside = labels(series).strip_prefix("le=\"").expect("a bound");
            let (bound, of) = inside.split_once('"').expect("an end");
            let of = of.trim_start_matches(',').to_owned();
            let bound = if bound == "+Inf" { f64::INFINITY } else { bound.parse().expect("a bound") };
            buckets.entry(of).or_default().push((bound, count.parse().expect("a count")));
        }
        for (of, mut buckets) in buckets {
            buckets.sort_by(|one, other| one.0.total_cmp(&other.0));
            assert!(buckets.windows(2).all(|pair| pair[0].1 <= pair[1].1), "{name}: {buckets:?}");
            let labels = if of.is_empty() { String::new() } else { format!("{{{of}}}") };
            let (last, all) = *buckets.last().expect("one");
            let count = self.series.get(&format!("{name}_count{labels}")).map(String::as_str);
            assert!(last.is_infinite() && count == Some(all.to_string().as_str()), "{name}: {buckets:?}");
            assert!(self.series.contains_key(&format!("{name}_sum{labels}")), "{name}");
        }
    }
}

/// Name and text of a line that says something of a family.
fn head<'l>(line: &'l str, what: &str) -> (&'l str, &'l str) {
    let rest = line.strip_prefix(&format!("# {what} ")).unwrap_or_else(|| panic!("{what}: {line}"));
    rest.split_once(' ').expect("a text")
}

/// The series with its labels sorted, whose order means nothing, and `le="1.0"` as `le="1"`, which means the same.
fn canonical(series: &str) -> String {
    let name = &series[..series.find('{').unwrap_or(series.len())];
    check_labels(&series[name.len()..]);
    let plain = |label: &str| if label.starts_with("le=") { label.replace(".0\"", "\"") } else { label.to_owned() };
    let mut all: Vec<String> = labels(series).split(',').filter(|label| !label.is_empty()).map(plain).collect();
    all.sort_unstable();
    if all.is_empty() { name.to_owned() } else { format!("{name}{{{}}}", all.join(",")) }
}

fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// `{name="value",…}`, or nothing. What stands in values here needs no escapes.
fn check_labels(text: &str) {
    if text.is_empty() {
        return;
    }
    let inside = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).expect("braces");
    let mut names = Vec::new();
    for label in inside.split(',') {
        let (name, value) = label.split_once('=').expect("a value");
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).expect("quotes");
        assert!(is_name(name) && !names.contains(&name), "{text}");
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.+-".contains(&byte);
        assert!(!value.is_empty() && value.bytes().all(plain), "{text}");
        names.push(name);
    }
}

/// `outcome="ok"` of `precis_requests_total{outcome="ok"}`.
fn labels(series: &str) -> &str {
    series.find('{').map_or("", |start| series[start..].trim_matches(['{', '}']))
}
