//! The tokens of a refused line -> the constructs of Python 3 in it.
//!
//! The line was already refused by the 2.7 parser, so a pattern here need not be certain in valid code: it names why.

use crate::label::Label;
use crate::tokenizer::Token;

/// A construct that only Python 3 has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Construct {
    pub(crate) id: &'static str,
    pub(crate) what: &'static str,
    pub(crate) since: (u8, u8),
    /// The offset where it begins.
    pub(crate) at: u32,
    pub(crate) line: u32,
}

/// More constructs than this in one line are not told.
const MAX_CONSTRUCTS: usize = 50;

/// The constructs of a logical line, in order, each kind at most once for a place.
pub(crate) fn constructs(text: &[u8], line: &[Token]) -> Vec<Construct> {
    let mut scan = Scan {
        text,
        line,
        found: Vec::new(),
    };
    scan.statement();
    for at in 0..line.len() {
        scan.token(at);
    }
    scan.brackets();
    scan.found.sort_by_key(|construct| construct.at);
    scan.found.dedup();
    scan.found
}

struct Scan<'a> {
    text: &'a [u8],
    line: &'a [Token],
    found: Vec<Construct>,
}

/// What an open bracket belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Call,
    Print,
    Params,
    ClassBases,
    Group,
}

impl Scan<'_> {
    fn label(&self, at: usize) -> Label {
        self.line
            .get(at)
            .map_or(Label::EndMarker, |token| token.label)
    }

    fn word(&self, at: usize) -> &[u8] {
        self.line.get(at).map_or(b"", |token| {
            &self.text[token.start as usize..token.end as usize]
        })
    }

    fn touches(&self, at: usize) -> bool {
        matches!((self.line.get(at), self.line.get(at + 1)), (Some(a), Some(b)) if a.end == b.start)
    }

    fn add(&mut self, at: usize, id: &'static str, what: &'static str, since: (u8, u8)) {
        if let Some(token) = self.line.get(at) {
            let construct = Construct {
                id,
                what,
                since,
                at: token.start,
                line: token.line,
            };
            if self.found.len() < MAX_CONSTRUCTS && !self.found.contains(&construct) {
                self.found.push(construct);
            }
        }
    }

    /// What the first tokens tell.
    fn statement(&mut self) {
        use Label as L;
        let (second, third) = (self.label(1), self.label(2));
        match self.word(0) {
            b"async" if matches!(second, L::Def | L::For | L::With) => {
                self.add(0, "async", "`async`", (3, 5));
            }
            b"nonlocal" if second == L::Name => self.add(0, "nonlocal", "`nonlocal`", (3, 0)),
            b"match" if self.label(self.line.len() - 1) == L::Colon && second != L::Colon => {
                self.add(0, "match", "`match`", (3, 10));
            }
            b"case"
                if self.line.iter().any(|token| token.label == L::Colon) && second != L::Colon =>
            {
                self.add(0, "match", "`case`", (3, 10));
            }
            b"type" if second == L::Name && matches!(third, L::Assign | L::LeftBracket) => {
                self.add(0, "type-alias", "a `type` alias", (3, 12));
            }
            b"except" if second == L::Star => self.add(1, "except-star", "`except*`", (3, 11)),
            b"def" | b"class" if second == L::Name && third == L::LeftBracket => {
                self.add(2, "type-parameters", "a list of type parameters", (3, 12));
            }
            b"raise" => {
                if let Some(at) = self.line.iter().position(|token| token.label == L::From) {
                    self.add(at, "raise-from", "`raise ... from`", (3, 0));
                }
            }
            b"@" => self.add(
                1,
                "decorator-expression",
                "a decorator that is any expression",
                (3, 9),
            ),
            b"with" if second == L::LeftParen => {
                self.add(
                    1,
                    "with-parentheses",
                    "`with` and parentheses around its items",
                    (3, 9),
                );
            }
            _ => self.variable_annotation(),
        }
    }

    fn variable_annotation(&mut self) {
        if self.label(0) != Label::Name {
            return;
        }
        let mut depth = 0;
        for at in 0..self.line.len() {
            match self.label(at) {
                Label::LeftParen | Label::LeftBracket | Label::LeftBrace => depth += 1,
                Label::RightParen | Label::RightBracket | Label::RightBrace => depth -= 1,
                Label::Colon if depth == 0 && !self.is_walrus(at) => {
                    return self.add(
                        at,
                        "variable-annotation",
                        "an annotation of a variable",
                        (3, 6),
                    );
                }
                Label::Name | Label::Dot => {}
                _ if depth == 0 => return,
                _ => {}
            }
        }
    }

    fn is_walrus(&self, at: usize) -> bool {
        self.label(at) == Label::Colon && self.label(at + 1) == Label::Assign && self.touches(at)
    }

    /// What a token and its neighbours tell.
    fn token(&mut self, at: usize) {
        use Label as L;
        let next = self.label(at + 1);
        match self.label(at) {
            L::Name if next == L::String && self.touches(at) => self.string_prefix(at),
            L::Name if self.word(at) == b"await" && starts_operand(next) => {
                self.add(at, "await", "`await`", (3, 5));
            }
            L::Name if self.word(at) == b"async" && next == L::For => {
                self.add(at, "async", "`async`", (3, 5));
            }
            L::Number
                if next == L::Name && self.touches(at) && self.word(at + 1).starts_with(b"_") =>
            {
                self.add(at, "number-underscore", "an underscore in a number", (3, 6));
            }
            L::Colon if self.is_walrus(at) => self.add(at, "walrus", "the operator `:=`", (3, 8)),
            L::At if at > 0 => {
                let augmented = next == L::Assign && self.touches(at);
                let what = if augmented {
                    "the operator `@=`"
                } else {
                    "the operator `@`"
                };
                self.add(at, "matrix-product", what, (3, 5));
            }
            L::Yield if next == L::From => self.add(at, "yield-from", "`yield from`", (3, 3)),
            L::Minus if next == L::Greater && self.touches(at) => {
                self.add(
                    at,
                    "annotation",
                    "an annotation of what a function returns",
                    (3, 0),
                );
            }
            L::Dot
                if next == L::Dot
                    && self.label(at + 2) == L::Dot
                    && self.label(at.wrapping_sub(1)) != L::Dot =>
            {
                self.add(at, "ellipsis", "`...` as an expression", (3, 0));
            }
            L::Unknown if self.begins_unicode_name(at) => {
                self.add(
                    at,
                    "unicode-name",
                    "a name with letters beyond ASCII",
                    (3, 0),
                );
            }
            _ => {}
        }
    }

    /// Whether a letter beyond ASCII stands here, the first one of its name. A typographic quote is none.
    fn begins_unicode_name(&self, at: usize) -> bool {
        if !self.is_unicode_letter(at) {
            return false;
        }
        let before = (0..at).rev().take_while(|&k| {
            self.touches(k) && (self.label(k) == Label::Name || !self.word(k).is_ascii())
        });
        !before
            .into_iter()
            .any(|earlier| self.is_unicode_letter(earlier))
    }

    /// A byte that is nothing to 2.7 and begins the UTF-8 of a letter.
    fn is_unicode_letter(&self, at: usize) -> bool {
        let Some(token) = self
            .line
            .get(at)
            .filter(|token| token.label == Label::Unknown)
        else {
            return false;
        };
        let rest = &self.text[token.start as usize..];
        let known = &rest[..rest.len().min(4)];
        let valid = known.utf8_chunks().next().map(|chunk| chunk.valid());
        let first = valid.and_then(|valid| valid.chars().next());
        first.is_some_and(|c| !c.is_ascii() && c.is_alphabetic())
    }

    fn string_prefix(&mut self, at: usize) {
        let prefix = self.word(at).to_ascii_lowercase();
        match prefix.as_slice() {
            b"f" | b"fr" | b"rf" => self.add(at, "f-string", "an f-string", (3, 6)),
            b"t" | b"tr" | b"rt" => self.add(at, "t-string", "a t-string", (3, 14)),
            b"rb" => self.add(at, "bytes-prefix", "the prefix `rb`", (3, 3)),
            _ => {}
        }
    }

    /// What brackets and what stands in them tell.
    fn brackets(&mut self) {
        use Label as L;
        let mut open: Vec<(Bracket, bool)> = Vec::new();
        let is_def = (0..2).any(|k| self.label(k) == L::Def);
        let is_class = self.label(0) == L::Class;
        let mut lambda = false;
        for at in 0..self.line.len() {
            let before = if at == 0 {
                L::Newline
            } else {
                self.label(at - 1)
            };
            let inside = open.last().map(|&(bracket, _)| bracket);
            match self.label(at) {
                L::Lambda => lambda = true,
                L::LeftParen | L::LeftBracket | L::LeftBrace => {
                    let bracket = self.bracket(
                        at,
                        before,
                        is_def && open.is_empty(),
                        is_class && open.is_empty(),
                    );
                    open.push((bracket, false));
                }
                L::RightParen | L::RightBracket | L::RightBrace => {
                    open.pop();
                }
                L::Colon => {
                    if inside == Some(Bracket::Params) && !lambda && !self.is_walrus(at) {
                        self.add(at, "annotation", "an annotation of a parameter", (3, 0));
                    }
                    lambda = false;
                }
                L::Slash if inside == Some(Bracket::Params) && before == L::Comma => {
                    self.add(
                        at,
                        "positional-only",
                        "the mark `/` for positional-only parameters",
                        (3, 8),
                    );
                }
                L::Assign if inside == Some(Bracket::ClassBases) => {
                    self.add(
                        at - 1,
                        "class-keyword",
                        "a keyword in the head of a class",
                        (3, 0),
                    );
                }
                L::Assign if inside == Some(Bracket::Print) => self.print_keyword(at),
                L::Star | L::DoubleStar if is_prefix(before) => {
                    let repeated = open.last().is_some_and(|&(_, starred)| starred);
                    self.star(at, inside, lambda, repeated);
                    if let Some((_, starred)) = open.last_mut() {
                        *starred |= self.line[at].label == L::Star;
                    }
                }
                _ => {}
            }
        }
    }

    fn bracket(&self, at: usize, before: Label, def: bool, class: bool) -> Bracket {
        if self.label(at) != Label::LeftParen {
            return Bracket::Group;
        }
        match before {
            Label::Print => Bracket::Print,
            Label::Name if def => Bracket::Params,
            Label::Name if class => Bracket::ClassBases,
            Label::Name | Label::RightParen | Label::RightBracket | Label::String => Bracket::Call,
            _ => Bracket::Group,
        }
    }

    fn print_keyword(&mut self, at: usize) {
        if matches!(self.word(at - 1), b"end" | b"sep" | b"file" | b"flush") {
            self.add(
                at - 1,
                "print-function",
                "`print` as a function with keywords",
                (3, 0),
            );
        }
    }

    /// A star before an operand.
    fn star(&mut self, at: usize, inside: Option<Bracket>, lambda: bool, repeated: bool) {
        use Label as L;
        let next = self.label(at + 1);
        if inside == Some(Bracket::Params) || lambda {
            if matches!(next, L::Comma) {
                self.add(
                    at,
                    "keyword-only",
                    "a bare `*` for keyword-only parameters",
                    (3, 0),
                );
            }
            return;
        }
        match inside {
            Some(Bracket::Call) => {
                if repeated {
                    self.add(
                        at,
                        "call-unpacking",
                        "more than one unpacking in a call",
                        (3, 5),
                    );
                }
            }
            Some(Bracket::ClassBases) => self.add(
                at,
                "class-unpacking",
                "unpacking in the head of a class",
                (3, 0),
            ),
            Some(Bracket::Print) => self.add(at, "print-function", "`print` as a function", (3, 0)),
            Some(Bracket::Params) => {}
            Some(Bracket::Group) => self.add(at, "unpacking", "unpacking in a display", (3, 5)),
            None => self.add(at, "starred-target", "a starred target or value", (3, 0)),
        }
    }
}

fn starts_operand(label: Label) -> bool {
    matches!(label, Label::Name | Label::String | Label::Number)
}

/// Whether an operand is expected after this, so that a star here is no operator.
fn is_prefix(before: Label) -> bool {
    use Label as L;
    matches!(
        before,
        L::Newline
            | L::Comma
            | L::LeftParen
            | L::LeftBracket
            | L::LeftBrace
            | L::Assign
            | L::Return
            | L::In
            | L::For
            | L::Yield
            | L::Semicolon
            | L::Colon
            | L::Print
    )
}
