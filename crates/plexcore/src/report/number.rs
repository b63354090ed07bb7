//! Numbers as people read them, the same in every report.

/// A count with its thousands set apart: `1,234,567`.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count with the word for what is counted: `1 file`, `2 files`.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// A size: `512 B`, `1.4 MB`; thousands, as disks and the server count them.
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    if count < 1000 {
        return format!("{count} B");
    }
    let mut size = count as f64 / 1000.0;
    let mut unit = 0;
    // 999.95 would print as 1000.0.
    while size >= 999.95 && unit + 1 < UNITS.len() {
        size /= 1000.0;
        unit += 1;
    }
    format!("{size:.1} {}", UNITS[unit])
}

/// A share of a whole in percent, one decimal; `None` if the whole is nothing.
pub fn percent(part: u64, whole: u64) -> Option<String> {
    (whole > 0).then(|| format!("{:.1}%", part as f64 * 100.0 / whole as f64))
}

/// A length of time: `340 ms`, `2.4 s`, `3 min 12 s`, `1 h 04 min`, `2 d 03 h`.
pub fn duration(ms: u64) -> String {
    let seconds = ms / 1000;
    match ms {
        0..1000 => format!("{ms} ms"),
        // 59,950 would print as 60.0.
        1000..59_950 => format!("{:.1} s", ms as f64 / 1000.0),
        59_950..3_600_000 => {
            let seconds = seconds.max(60);
            format!("{} min {:02} s", seconds / 60, seconds % 60)
        }
        3_600_000..86_400_000 => format!("{} h {:02} min", seconds / 3600, seconds / 60 % 60),
        _ => format!("{} d {:02} h", seconds / 86_400, seconds / 3600 % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(grouped),
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(
            [counted(1, "file", "files"), counted(0, "file", "files")],
            ["1 file", "0 files"]
        );
    }

    #[test]
    fn sizes_have_one_unit() {
        let shown = [0, 999, 1000, 1_048_576, 999_949, 999_999, 5_000_000_000].map(bytes);
        assert_eq!(
            shown,
            [
                "0 B", "999 B", "1.0 kB", "1.0 MB", "999.9 kB", "1.0 MB", "5.0 GB"
            ]
        );
    }

    #[test]
    fn a_length_of_time_has_two_units_at_most() {
        let shown = [
            0,
            999,
            1000,
            59_949,
            59_950,
            192_000,
            3_840_000,
            183_600_000,
        ]
        .map(duration);
        assert_eq!(
            shown,
            [
                "0 ms",
                "999 ms",
                "1.0 s",
                "59.9 s",
                "1 min 00 s",
                "3 min 12 s",
                "1 h 04 min",
                "2 d 03 h"
            ]
        );
    }

    #[test]
    fn a_share_of_nothing_is_no_number() {
        assert_eq!(
            (percent(1, 3).unwrap().as_str(), percent(0, 0)),
            ("33.3%", None)
        );
    }
}
