//! Which of the names that there are somebody meant by one that is none.

/// How much two names have to be alike, from 0 to 1.
const ALIKE: f64 = 0.8;

/// The name that is most like this one, where one is like it at all; of several, the first.
pub fn closest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let mut best: Option<(f64, &str)> = None;
    for other in names {
        let likeness = strsim::jaro_winkler(name, other);
        if likeness > best.map_or(ALIKE, |(most, _)| most) {
            best = Some((likeness, other));
        }
    }
    best.map(|(_, other)| other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_a_mistake_leads_to_the_one_that_is_most_like_it() {
        let names = ["kubernetes", "kubelet", "postgresql", "postgres"];
        assert_eq!(closest("kubernets", names), Some("kubernetes"));
        assert_eq!(closest("postgre", names), Some("postgres"));
        assert_eq!(closest("weather", names), None);
    }
}
