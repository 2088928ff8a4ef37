//! What the system knows about this process.

use std::fs;

/// How much memory it has just now, in bytes; nothing on systems that keep no such file.
pub(super) fn resident_bytes() -> Option<u64> {
    resident(&fs::read_to_string("/proc/self/status").ok()?)
}

/// Out of a line such as `VmRSS: 12345 kB`.
fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_as_linux_writes_it() {
        let status = "Name:\tprecis\nVmHWM:\t   99999 kB\nVmRSS:\t   12345 kB\nThreads:\t3\n";
        assert_eq!(resident(status), Some(12_345 * 1024));
        for unknown in ["", "VmRSS:\t12345\n", "VmRSS:\t-1 kB\n", "VmRSS:\t99999999999999999999 kB\n"] {
            assert_eq!(resident(unknown), None, "{unknown}");
        }
    }
}
