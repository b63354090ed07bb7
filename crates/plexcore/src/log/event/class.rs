//! What an event is called: a rule's id and title with the placeholders filled, made once each.

use std::collections::HashMap;
use std::sync::Arc;

use super::Class;
use super::facts::Facts;
use crate::log::rules::{Rule, Rules};
use crate::utf8::owned;

/// The classes met so far, by rule and by what fills its placeholders.
#[derive(Debug, Default)]
pub(super) struct Classes {
    /// Rules without a placeholder.
    plain: Vec<Option<Arc<Class>>>,
    filled: HashMap<(usize, Vec<u8>), Arc<Class>>,
    key: Vec<u8>,
}

impl Classes {
    pub(super) fn of(&mut self, rules: &Rules, rule: usize, facts: &Facts<'_>) -> Arc<Class> {
        let Some(row) = rules.all().get(rule) else {
            // The table is never empty, so this is unreachable; it costs nothing to be right.
            return Arc::new(Class {
                id: String::new(),
                title: String::new(),
                kind: crate::log::rules::Kind::Agent,
                rule,
            });
        };
        if !row.id.contains('{') && !row.title.contains('{') {
            if self.plain.len() <= rule {
                self.plain.resize(rule + 1, None);
            }
            return self.plain[rule]
                .get_or_insert_with(|| Arc::new(make(row, rule, facts)))
                .clone();
        }
        self.key.clear();
        self.key
            .extend_from_slice(&facts.status.unwrap_or_default().to_le_bytes());
        self.key
            .extend_from_slice(&facts.errno.unwrap_or_default().to_le_bytes());
        if let Some(exception) = &facts.exception {
            self.key.extend_from_slice(exception.name);
        }
        // An owned key is made only for a class that is new.
        let key = (rule, std::mem::take(&mut self.key));
        let class = if let Some(class) = self.filled.get(&key) {
            class.clone()
        } else {
            let class = Arc::new(make(row, rule, facts));
            self.filled.insert((rule, key.1.clone()), class.clone());
            class
        };
        self.key = key.1;
        class
    }
}

fn make(row: &Rule, rule: usize, facts: &Facts<'_>) -> Class {
    let fill = |template: &str| fill(template, facts);
    Class {
        id: fill(&row.id),
        title: fill(&row.title),
        kind: row.kind,
        rule,
    }
}

fn fill(template: &str, facts: &Facts<'_>) -> String {
    if !template.contains('{') {
        return template.to_owned();
    }
    let number = |value: Option<i64>| value.map_or_else(|| "?".to_owned(), |v| v.to_string());
    let exception = facts
        .exception
        .map_or_else(|| "?".to_owned(), |e| owned(e.name));
    template
        .replace("{status}", &number(facts.status.map(i64::from)))
        .replace("{reason}", facts.status.map_or("", reason))
        .replace("{errno}", &number(facts.errno.map(i64::from)))
        .replace("{errno-text}", &errno_text(facts.errno))
        .replace("{exception}", &exception)
        .trim_end()
        .to_owned()
}

fn errno_text(errno: Option<i32>) -> String {
    let words = match errno {
        Some(1) => "operation not permitted",
        Some(2) => "no such file or folder",
        Some(5) => "input or output failed",
        Some(13) => "permission denied",
        Some(17) => "the file exists already",
        Some(20) => "not a folder",
        Some(21) => "is a folder",
        Some(22) => "a name or argument that the system does not take",
        Some(24) => "too many open files",
        Some(28) => "no space left on the disk",
        Some(30) => "read-only file system",
        Some(36) => "file name too long",
        Some(122) => "disk quota used up",
        Some(other) => return format!("error {other} of the operating system"),
        None => return "an error of the operating system".to_owned(),
    };
    format!("{words} (errno {})", errno.unwrap_or_default())
}

/// What a status means, in the words of RFC 9110 and, above 519, of the networks that use them.
fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        410 => "Gone",
        418 => "I'm a teapot",
        429 => "Too Many Requests",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        520 => "Unknown Error of the origin",
        521 => "origin is down",
        522 => "origin timed out",
        523 => "origin is unreachable",
        524 => "origin took too long",
        525 => "TLS to the origin failed",
        526 => "invalid certificate of the origin",
        _ => "",
    }
}
