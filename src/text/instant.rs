//! Instants in the two forms of ISO 8601: the extended one, which RFC 3339 takes, and the basic one without hyphens and
//! colons, which is half as many tokens.

/// What is between the digits of either form.
const EXTENDED: &[u8] = b"dddd-dd-ddTdd:dd:ddZ";
const BASIC: &[u8] = b"ddddddddTddddddZ";

/// `20260508T073000Z` for `2026-05-08T07:30:00Z`; none for what is no such text.
pub fn basic(extended: &str) -> Option<String> {
    is_like(extended, EXTENDED).then(|| extended.replace(['-', ':'], ""))
}

/// The other way round.
pub fn extended(basic: &str) -> Option<String> {
    if !is_like(basic, BASIC) {
        return None;
    }
    let mut digits = basic.bytes().filter(u8::is_ascii_digit).map(char::from);
    Some(
        EXTENDED
            .iter()
            .filter_map(|place| if *place == b'd' { digits.next() } else { Some(char::from(*place)) })
            .collect(),
    )
}

/// Whether a text has digits where the form has `d`, and what the form has elsewhere.
fn is_like(text: &str, form: &[u8]) -> bool {
    let fits = |(byte, place): (u8, &u8)| if *place == b'd' { byte.is_ascii_digit() } else { byte == *place };
    text.len() == form.len() && text.bytes().zip(form).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_is_the_other() {
        let (long, short) = ("2026-05-08T07:30:00Z", "20260508T073000Z");
        assert_eq!((basic(long).as_deref(), extended(short).as_deref()), (Some(short), Some(long)));
        for other in
            ["", "2026-05-08", "2026-05-08T07:30:00+02:00", "2026-05-08T07:30:00.5Z", "2026-05-08t07:30:00z", short]
        {
            assert_eq!(basic(other), None, "{other}");
        }
        for other in ["", "20260508", "20260508T0730Z", "２0260508T0730", long] {
            assert_eq!(extended(other), None, "{other}");
        }
    }
}
