//! What operators stand between: names, numbers, strings, everything in brackets; and what may follow these.

use super::Line;
use crate::label::Label;
use crate::tokenizer::Token;
use crate::tree::{ExprId, ExprKind, List, Span, StrId, StrLiteral, StrPiece};

impl Line<'_, '_> {
    pub(super) fn atom_with_trailers(&mut self) -> ExprId {
        let first = self.token();
        let atom = self.atom();
        let mut value = atom;
        loop {
            let kind = match self.peek() {
                Label::Dot => {
                    self.at += 1;
                    ExprKind::Attribute {
                        value,
                        name: self.name(),
                    }
                }
                Label::LeftParen => {
                    self.at += 1;
                    let args = self.args();
                    self.eat(Label::RightParen);
                    ExprKind::Call { func: value, args }
                }
                Label::LeftBracket => {
                    self.at += 1;
                    let index = self.subscripts();
                    self.eat(Label::RightBracket);
                    ExprKind::Subscript { value, index }
                }
                _ => break,
            };
            let line = self.line_of(atom);
            let span = self.span_from(first.start);
            value = self.b.add(kind, span, line);
        }
        if value != atom {
            self.note_outer(value, first);
        }
        value
    }

    fn atom(&mut self) -> ExprId {
        let first = self.token();
        match first.label {
            Label::Number => {
                self.at += 1;
                self.add(ExprKind::Num { negative: false }, first)
            }
            Label::String => self.strings(),
            Label::LeftParen => self.parenthesised(),
            Label::LeftBracket => self.list_display(),
            Label::LeftBrace => self.brace_display(),
            Label::Backquote => {
                self.at += 1;
                let value = self.test_list(|label| label == Label::Backquote);
                self.eat(Label::Backquote);
                self.add(ExprKind::Repr(value), first)
            }
            _ => {
                let name = self.name();
                self.add(ExprKind::Name(name), first)
            }
        }
    }

    fn strings(&mut self) -> ExprId {
        let first = self.token();
        let start = self.b.nodes.pieces.len();
        while self.peek() == Label::String {
            let token = self.take();
            let piece = piece(self.b.text, token);
            self.b.nodes.pieces.push(piece);
        }
        let pieces = List::new(start, self.b.nodes.pieces.len() - start);
        let strings = &mut self.b.nodes.strings;
        let id = StrId::at(strings.len());
        strings.push(StrLiteral { pieces });
        self.add(ExprKind::Str(id), first)
    }

    fn parenthesised(&mut self) -> ExprId {
        let open = self.take();
        if self.eat(Label::RightParen) {
            let id = self.add(ExprKind::Tuple(List::empty()), open);
            self.b.nodes.exprs[id.index()].parenthesised = true;
            return id;
        }
        let first = self.token();
        let inner = if first.label == Label::Yield {
            self.yield_expr()
        } else {
            let element = self.test();
            if self.peek() == Label::For {
                let fors = self.comprehensions(false);
                self.add(ExprKind::Generator { element, fors }, first)
            } else {
                self.rest_of_list(first, element, |label| label == Label::RightParen)
            }
        };
        self.eat(Label::RightParen);
        self.b.nodes.exprs[inner.index()].parenthesised = true;
        self.note_outer(inner, open);
        inner
    }

    fn list_display(&mut self) -> ExprId {
        let open = self.take();
        let base = self.b.scratch.len();
        while self.peek() != Label::RightBracket && self.at < self.tokens.len() {
            let first = self.token();
            let item = self.test();
            if self.peek() == Label::For {
                let fors = self.comprehensions(true);
                self.eat(Label::RightBracket);
                let span = self.span_from(open.start);
                let id = self.b.add(
                    ExprKind::ListComp {
                        element: item,
                        fors,
                    },
                    span,
                    first.line,
                );
                self.note_outer(id, open);
                return id;
            }
            self.b.scratch.push(item);
            self.eat(Label::Comma);
        }
        self.eat(Label::RightBracket);
        let items = self.b.close_exprs(base);
        self.add(ExprKind::List(items), open)
    }

    fn brace_display(&mut self) -> ExprId {
        let open = self.take();
        let first = self.token();
        let base = self.b.scratch.len();
        let mut dict = self.peek() == Label::RightBrace;
        while self.peek() != Label::RightBrace && self.at < self.tokens.len() {
            let key = self.test();
            self.b.scratch.push(key);
            let mut value = None;
            if self.eat(Label::Colon) {
                dict = true;
                let item = self.test();
                value = Some(item);
                self.b.scratch.push(item);
            }
            if self.peek() == Label::For {
                self.b.scratch.truncate(base);
                return self.brace_comprehension(open, first, key, value);
            }
            self.eat(Label::Comma);
        }
        self.eat(Label::RightBrace);
        let items = self.b.close_exprs(base);
        self.add(
            if dict {
                ExprKind::Dict(items)
            } else {
                ExprKind::Set(items)
            },
            open,
        )
    }

    fn brace_comprehension(
        &mut self,
        open: Token,
        first: Token,
        key: ExprId,
        value: Option<ExprId>,
    ) -> ExprId {
        let fors = self.comprehensions(false);
        self.eat(Label::RightBrace);
        let kind = match value {
            Some(value) => self.dict_comp(key, value, fors),
            None => ExprKind::SetComp { element: key, fors },
        };
        let span = self.span_from(open.start);
        let id = self.b.add(kind, span, first.line);
        self.note_outer(id, open);
        id
    }
}

/// Takes a string token apart.
fn piece(text: &[u8], token: Token) -> StrPiece {
    let span = Span {
        start: token.start,
        end: token.end,
    };
    let literal = &text[span.range()];
    let n_prefix = literal
        .iter()
        .take_while(|b| b.is_ascii_alphabetic())
        .count();
    let has = |letter: u8| {
        literal[..n_prefix]
            .iter()
            .any(|b| b.to_ascii_lowercase() == letter)
    };
    let quotes = &literal[n_prefix..];
    let triple = quotes.len() >= 6 && quotes[1] == quotes[0] && quotes[2] == quotes[0];
    let width = if triple { 3 } else { 1 };
    let skip = u32::try_from(n_prefix).unwrap_or_default() + width;
    let body = Span {
        start: span.start + skip,
        end: span.end.saturating_sub(width).max(span.start + skip),
    };
    StrPiece {
        span,
        body,
        unicode: has(b'u'),
        bytes: has(b'b'),
        raw: has(b'r'),
        triple,
    }
}
