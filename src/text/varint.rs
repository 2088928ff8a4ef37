//! Numbers in few bytes, for short texts that stand for a place: seven bits a byte, the lowest first; the eighth says that
//! there is more (LEB128).

/// Writes a number behind what is there.
pub fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

/// Takes a number off the front; none where there is no whole one, or one that is too large.
pub fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..u64::BITS).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let bits = u64::from(byte & 0x7f);
        number |= bits.checked_mul(1 << shift)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_cut_or_too_large_is_no_number() {
        for wrong in [&[][..], &[0x80], &[0xff; 10], &[0x80; 11]] {
            assert_eq!(take(&mut &wrong[..]), None, "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn numbers_are_read_back_one_after_another(numbers: Vec<u64>) {
            let mut bytes = Vec::new();
            for number in &numbers {
                put(&mut bytes, *number);
            }
            let mut rest = &bytes[..];
            for number in numbers {
                prop_assert_eq!(take(&mut rest), Some(number));
            }
            prop_assert!(rest.is_empty());
        }
    }
}
