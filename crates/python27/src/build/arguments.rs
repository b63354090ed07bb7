//! What stands between brackets: arguments, parameters, comprehensions, subscripts.

use super::Line;
use crate::label::Label;
use crate::tokenizer::Token;
use crate::tree::{
    Arg, ArgKind, Comprehension, DictComp, DictCompId, ExprId, ExprKind, List, Param, ParamKind,
    ParamTarget,
};

impl Line<'_, '_> {
    /// The arguments of a call up to the closing parenthesis, which is left.
    pub(super) fn args(&mut self) -> List<Arg> {
        let base = self.b.scratch_args.len();
        while self.peek() != Label::RightParen && self.at < self.tokens.len() {
            let arg = self.arg();
            self.b.scratch_args.push(arg);
            self.eat(Label::Comma);
        }
        let start = self.b.nodes.args.len();
        self.b.nodes.args.extend(self.b.scratch_args.drain(base..));
        List::new(start, self.b.nodes.args.len() - start)
    }

    fn arg(&mut self) -> Arg {
        let first = self.token();
        let star = match first.label {
            Label::Star => Some(ArgKind::Star),
            Label::DoubleStar => Some(ArgKind::DoubleStar),
            _ => None,
        };
        if let Some(kind) = star {
            self.at += 1;
            return Arg {
                kind,
                value: self.test(),
                line: first.line,
            };
        }
        let value = self.test();
        if self.eat(Label::Assign) {
            return Arg {
                kind: ArgKind::Keyword(value),
                value: self.test(),
                line: first.line,
            };
        }
        if self.peek() == Label::For {
            let fors = self.comprehensions(false);
            let value = self.add(
                ExprKind::Generator {
                    element: value,
                    fors,
                },
                first,
            );
            return Arg {
                kind: ArgKind::BareGenerator,
                value,
                line: first.line,
            };
        }
        Arg {
            kind: ArgKind::Positional,
            value,
            line: first.line,
        }
    }

    /// The parameters up to a closing label, which is left.
    pub(super) fn params(&mut self, close: Label) -> List<Param> {
        let mut params = Vec::new();
        while self.peek() != close && self.at < self.tokens.len() {
            params.push(self.param());
            self.eat(Label::Comma);
        }
        let start = self.b.nodes.params.len();
        self.b.nodes.params.extend_from_slice(&params);
        List::new(start, params.len())
    }

    fn param(&mut self) -> Param {
        let kind = match self.peek() {
            Label::Star => ParamKind::Star,
            Label::DoubleStar => ParamKind::DoubleStar,
            _ => ParamKind::Plain,
        };
        self.at += usize::from(kind != ParamKind::Plain);
        let first = self.token();
        let parenthesised = self.is_idle_paren();
        let target = self.param_target();
        let span = self.span_from(first.start);
        let default = if self.eat(Label::Assign) {
            Some(self.test())
        } else {
            None
        };
        Param {
            kind,
            target,
            default,
            span,
            line: first.line,
            parenthesised,
        }
    }

    /// Whether the parenthesis here stands around one item, and so means nothing.
    fn is_idle_paren(&self) -> bool {
        if self.peek() != Label::LeftParen {
            return false;
        }
        let mut depth = 0;
        for token in &self.tokens[self.at..] {
            match token.label {
                Label::LeftParen => depth += 1,
                Label::RightParen if depth == 1 => return true,
                Label::RightParen => depth -= 1,
                Label::Comma if depth == 1 => return false,
                _ => {}
            }
        }
        false
    }

    /// `fpdef`, with a stack instead of recursion.
    fn param_target(&mut self) -> ParamTarget {
        struct Open {
            first: Token,
            items: Vec<ParamTarget>,
            tokens: Vec<Token>,
            comma: bool,
        }
        let mut open: Vec<Open> = Vec::new();
        loop {
            let first = self.take();
            if first.label == Label::LeftParen {
                let first = self.token();
                open.push(Open {
                    first,
                    items: Vec::new(),
                    tokens: Vec::new(),
                    comma: false,
                });
                continue;
            }
            let mut done = ParamTarget::Name(self.b.intern(first));
            let mut done_token = first;
            loop {
                let Some(mut group) = open.pop() else {
                    return done;
                };
                group.items.push(done);
                group.tokens.push(done_token);
                let comma = self.eat(Label::Comma);
                group.comma |= comma;
                if comma && self.peek() != Label::RightParen && self.at < self.tokens.len() {
                    open.push(group);
                    break;
                }
                self.eat(Label::RightParen);
                done_token = group.first;
                // `(a)` and even `(a,)` are a name here when CPython finds one child, which the comma would make two.
                done = if group.items.len() == 1 && !group.comma {
                    group.items[0]
                } else {
                    ParamTarget::Tuple(self.param_tuple(&group.items, &group.tokens, group.first))
                };
            }
        }
    }

    fn param_tuple(&mut self, items: &[ParamTarget], tokens: &[Token], first: Token) -> ExprId {
        let ids: Vec<ExprId> = items
            .iter()
            .zip(tokens)
            .map(|(item, token)| match *item {
                ParamTarget::Name(name) => {
                    self.b.add(ExprKind::Name(name), span(*token), token.line)
                }
                ParamTarget::Tuple(id) => id,
            })
            .collect();
        let items = self.b.exprs(&ids);
        self.add(ExprKind::Tuple(items), first)
    }

    /// The `for` and `if` clauses of a comprehension; of a list, whose iterable may be a list of tests itself.
    pub(super) fn comprehensions(&mut self, of_list: bool) -> List<Comprehension> {
        let mut fors = Vec::new();
        while self.eat(Label::For) {
            let target = self.targets(Label::In);
            self.eat(Label::In);
            let iter = if of_list {
                self.old_test_list()
            } else {
                self.or_test()
            };
            let mut ifs = Vec::new();
            while self.eat(Label::If) {
                ifs.push(self.old_test());
            }
            let ifs = self.b.exprs(&ifs);
            fors.push(Comprehension { target, iter, ifs });
        }
        let start = self.b.nodes.comprehensions.len();
        self.b.nodes.comprehensions.extend_from_slice(&fors);
        List::new(start, fors.len())
    }

    /// `testlist_safe`.
    fn old_test_list(&mut self) -> ExprId {
        let first = self.token();
        let value = self.old_test();
        if self.peek() != Label::Comma {
            return value;
        }
        let mut items = vec![value];
        while self.eat(Label::Comma) {
            if matches!(
                self.peek(),
                Label::For | Label::If | Label::RightBracket | Label::EndMarker
            ) {
                break;
            }
            items.push(self.old_test());
        }
        let items = self.b.exprs(&items);
        self.add(ExprKind::Tuple(items), first)
    }

    /// `exprlist` up to a closing label: what a `for` assigns to. A tuple has the line of its first item's node.
    pub(super) fn targets(&mut self, close: Label) -> ExprId {
        let first = self.token();
        let value = self.expr();
        if self.peek() != Label::Comma {
            return value;
        }
        let mut items = vec![value];
        while self.eat(Label::Comma) {
            if self.peek() == close || self.at >= self.tokens.len() {
                break;
            }
            items.push(self.expr());
        }
        let line = self.line_of(value);
        let items = self.b.exprs(&items);
        let span = self.span_from(first.start);
        let id = self.b.add(ExprKind::Tuple(items), span, line);
        self.note_outer(id, first);
        id
    }

    pub(super) fn dict_comp(
        &mut self,
        key: ExprId,
        value: ExprId,
        fors: List<Comprehension>,
    ) -> ExprKind {
        let comps = &mut self.b.nodes.dict_comps;
        let id = DictCompId::at(comps.len());
        comps.push(DictComp { key, value, fors });
        ExprKind::DictComp(id)
    }

    /// `subscriptlist`.
    pub(super) fn subscripts(&mut self) -> ExprId {
        let first = self.token();
        let value = self.subscript();
        if self.peek() != Label::Comma {
            return value;
        }
        let mut items = vec![value];
        while self.eat(Label::Comma) {
            if self.peek() == Label::RightBracket || self.at >= self.tokens.len() {
                break;
            }
            items.push(self.subscript());
        }
        let is_slice = |&id: &ExprId| {
            matches!(
                self.b.nodes.exprs[id.index()].kind,
                ExprKind::Slice { .. } | ExprKind::Ellipsis
            )
        };
        let sliced = items.iter().any(is_slice);
        let items = self.b.exprs(&items);
        self.add(
            if sliced {
                ExprKind::ExtSlice(items)
            } else {
                ExprKind::Tuple(items)
            },
            first,
        )
    }

    fn subscript(&mut self) -> ExprId {
        let first = self.token();
        if first.label == Label::Dot {
            self.at += 3;
            return self.add(ExprKind::Ellipsis, first);
        }
        let ends = |label| {
            matches!(
                label,
                Label::Colon | Label::Comma | Label::RightBracket | Label::EndMarker
            )
        };
        let lower = if ends(self.peek()) {
            None
        } else {
            Some(self.test())
        };
        if !self.eat(Label::Colon) {
            return lower.unwrap_or_else(|| self.add(ExprKind::Ellipsis, first));
        }
        let upper = if ends(self.peek()) {
            None
        } else {
            Some(self.test())
        };
        let mut step = None;
        let colon = self.token();
        if self.eat(Label::Colon) {
            step = Some(if ends(self.peek()) {
                self.add(ExprKind::ImplicitNone, colon)
            } else {
                self.test()
            });
        }
        self.add(ExprKind::Slice { lower, upper, step }, first)
    }
}

fn span(token: Token) -> crate::tree::Span {
    crate::tree::Span {
        start: token.start,
        end: token.end,
    }
}
