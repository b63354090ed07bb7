//! A text that CPython refuses -> what else is wrong with it, line by line.
//!
//! CPython stops at its first error. Here every logical line is judged on its own: it is refused when the 2.7 parser
//! would not take it wherever it stood. A refused line that shows a construct of Python 3 is named after that; any
//! other is a further error. Indentation and what stands above a line do not count, so one mistake is reported once.

use crate::encoding::Source;
use crate::label::Label;
use crate::parser::{Fed, Parser};
use crate::py3;
use crate::tokenizer::{Fault, Token, Tokenizer};
use crate::verdict::Error;
use crate::{Finding, FindingKind};

/// What goes before a line so that the parser takes it where it may stand.
const LEADS: [&[Label]; 4] = [
    &[],
    &[
        Label::If,
        Label::Name,
        Label::Colon,
        Label::Pass,
        Label::Newline,
    ],
    &[Label::Try, Label::Colon, Label::Pass, Label::Newline],
    &[
        Label::Try,
        Label::Colon,
        Label::Pass,
        Label::Newline,
        Label::Except,
        Label::Colon,
        Label::Pass,
        Label::Newline,
    ],
];

/// More findings than anybody reads are not collected.
const MAX_FINDINGS: usize = 1000;

/// Judges all lines. `first` is CPython's own error, which is not told again.
pub(crate) fn findings(source: &Source<'_>, first: &Error) -> Vec<Finding> {
    let mut recovery = Recovery {
        source,
        first,
        print_function: false,
        findings: Vec::new(),
    };
    recovery.run();
    recovery
        .findings
        .sort_by_key(|finding| (finding.line, finding.column));
    recovery.findings
}

struct Recovery<'r> {
    source: &'r Source<'r>,
    first: &'r Error,
    print_function: bool,
    findings: Vec<Finding>,
}

impl Recovery<'_> {
    /// Cuts the text into logical lines, going on after each fault of the tokenizer, and judges each.
    fn run(&mut self) {
        let mut tokenizer = Tokenizer::new(self.source, false);
        let mut line: Vec<Token> = Vec::new();
        while self.findings.len() < MAX_FINDINGS {
            match tokenizer.next().map(|label| tokenizer.token(label)) {
                Ok(token) => match token.label {
                    Label::EndMarker => {
                        self.judge(&line);
                        return;
                    }
                    Label::Indent | Label::Dedent => {}
                    Label::Newline => {
                        self.judge(&line);
                        line.clear();
                    }
                    _ if self.begins_statement(&line, token) => {
                        // A bracket was left open: what it swallowed is given back.
                        self.judge(&line);
                        line.clear();
                        let start = self.line_start(token.start as usize);
                        tokenizer.rewind(start, token.line - 1);
                    }
                    _ => line.push(token),
                },
                Err(fault) => {
                    self.judge_part(&line);
                    line.clear();
                    self.fault(fault, &tokenizer);
                    if fault == Fault::TooManyIndents
                        || fault == Fault::Undecodable
                        || !tokenizer.resume()
                    {
                        return;
                    }
                }
            }
        }
    }

    fn line_start(&self, at: usize) -> usize {
        memchr::memrchr(b'\n', &self.source.text[..at]).map_or(0, |end| end + 1)
    }

    /// Whether a token is the first of its line, and a keyword that can only begin a statement, though a bracket of
    /// an earlier line is open.
    fn begins_statement(&self, line: &[Token], token: Token) -> bool {
        use Label as L;
        let keyword = matches!(
            token.label,
            L::Def
                | L::Class
                | L::Import
                | L::From
                | L::Return
                | L::While
                | L::Try
                | L::With
                | L::Raise
                | L::Del
                | L::Assert
                | L::Pass
                | L::Break
                | L::Continue
                | L::Global
                | L::Except
                | L::Finally
                | L::Elif
        );
        if !keyword || line.first().is_none_or(|first| first.line >= token.line) {
            return false;
        }
        let start = self.line_start(token.start as usize);
        self.source.text[start..token.start as usize]
            .iter()
            .all(u8::is_ascii_whitespace)
            && line.last().is_some_and(|last| last.label != L::Yield)
    }

    fn imports_print_function(&self, line: &[Token]) -> bool {
        let is = |k: usize, text: &[u8]| line.get(k).is_some_and(|&token| self.text(token) == text);
        is(0, b"from")
            && is(1, b"__future__")
            && line
                .iter()
                .any(|&token| self.text(token) == b"print_function")
    }

    fn text(&self, token: Token) -> &[u8] {
        &self.source.text[token.start as usize..token.end as usize]
    }

    fn column(&self, at: u32) -> u32 {
        u32::try_from(at as usize - self.line_start(at as usize)).unwrap_or(u32::MAX)
    }

    /// Judges a whole line.
    fn judge(&mut self, line: &[Token]) {
        self.print_function |= self.imports_print_function(line);
        if let Some(refused) = self.refused(line, true) {
            self.tell(line, refused);
        }
    }

    /// Judges the beginning of a line whose rest is a fault, which may have been meant to go on in any way.
    fn judge_part(&mut self, line: &[Token]) {
        if let Some(refused) = self.refused(line, false) {
            self.tell(line, refused);
        }
    }

    fn tell(&mut self, line: &[Token], refused: Token) {
        let constructs = py3::constructs(&self.source.text, line);
        if !constructs.is_empty() {
            for construct in constructs {
                let (line, column) = (construct.line, self.column(construct.at));
                let (major, minor) = construct.since;
                let message = format!(
                    "{} came with Python {major}.{minor}; 2.7 refuses it",
                    construct.what
                );
                let kind = FindingKind::Python3Only {
                    since: construct.since,
                };
                self.findings.push(Finding {
                    kind,
                    id: construct.id,
                    message,
                    line,
                    column,
                });
            }
            return;
        }
        if self.first.line == Some(refused.line) {
            return;
        }
        let message = "invalid syntax".to_owned();
        let kind = FindingKind::FurtherError;
        self.findings.push(Finding {
            kind,
            id: "further-error",
            message,
            line: refused.line,
            column: self.column(refused.start),
        });
    }

    /// The token that the parser refuses, wherever the line may stand.
    fn refused(&self, line: &[Token], is_whole: bool) -> Option<Token> {
        let first = line.first()?;
        let leads: &[usize] = match first.label {
            Label::Elif => &[1],
            Label::Else => &[1, 3],
            Label::Except | Label::Finally => &[2, 3],
            _ => &[0],
        };
        let mut worst = None;
        for &lead in leads {
            let refused = self.refused_after(LEADS[lead], line, is_whole)?;
            worst = Some(refused);
        }
        worst
    }

    fn refused_after(&self, lead: &[Label], line: &[Token], is_whole: bool) -> Option<Token> {
        let mut parser = Parser::new();
        for &label in lead {
            parser.feed(label);
        }
        for &token in line {
            let label = if self.print_function && token.label == Label::Print {
                Label::Name
            } else {
                token.label
            };
            if !matches!(parser.feed(label), Fed::Shifted { .. }) {
                return Some(token);
            }
        }
        if !is_whole {
            return None;
        }
        match parser.feed(Label::Newline) {
            Fed::Shifted { .. } | Fed::Done => None,
            _ => line.last().copied(),
        }
    }

    fn fault(&mut self, fault: Fault, tokenizer: &Tokenizer<'_>) {
        let message = match fault {
            Fault::LineEndInString => "EOL while scanning string literal",
            Fault::EndInTripleQuoted => "EOF while scanning triple-quoted string literal",
            Fault::InvalidToken => "invalid token",
            Fault::Unindent => "unindent does not match any outer indentation level",
            Fault::TooManyIndents => "too many levels of indentation",
            Fault::AfterBackslash => "unexpected character after line continuation character",
            Fault::Undecodable => return,
        };
        if self.first.line == Some(tokenizer.line) {
            return;
        }
        let finding = Finding {
            kind: FindingKind::FurtherError,
            id: "further-error",
            message: message.to_owned(),
            line: tokenizer.line,
            column: 0,
        };
        self.findings.push(finding);
    }
}
