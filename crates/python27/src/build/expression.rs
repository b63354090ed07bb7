//! Operators, from the weakest to the strongest, and lists of expressions.

use super::Line;
use crate::label::Label;
use crate::tokenizer::Token;
use crate::tree::{
    BinaryOp, BoolOp, CompareOp, Comparison, ExprId, ExprKind, Lambda, LambdaId, List, UnaryOp,
};

/// What waits for the operand on its right.
enum Waiting {
    /// A lambda and its parameters.
    Lambda(Token, List<crate::tree::Param>),
    /// `body if test else`.
    Conditional(Token, ExprId, ExprId),
}

/// What was read ahead of an expression.
enum Operand {
    /// All of the expression.
    Whole(ExprId),
    /// Its first operand.
    First(ExprId),
    Unread,
}

/// An operator that waits for its right operand, of the level that binds to the right.
enum Prefix {
    Unary(Token, UnaryOp),
    Power(Token, ExprId),
}

impl Line<'_, '_> {
    /// `test`.
    pub(super) fn test(&mut self) -> ExprId {
        self.test_or_old(false)
    }

    /// `old_test`, which has no conditional expression.
    pub(super) fn old_test(&mut self) -> ExprId {
        self.test_or_old(true)
    }

    fn test_or_old(&mut self, old: bool) -> ExprId {
        let mut waiting = Vec::new();
        let mut value = loop {
            let first = self.token();
            if self.eat(Label::Lambda) {
                let params = self.params(Label::Colon);
                self.eat(Label::Colon);
                waiting.push(Waiting::Lambda(first, params));
                continue;
            }
            let body = match self.operand() {
                Operand::Whole(atom) => break atom,
                Operand::First(atom) => self.or_test_from(first, Some(atom)),
                Operand::Unread => self.or_test(),
            };
            if old || !self.eat(Label::If) {
                break body;
            }
            let test = self.or_test();
            self.eat(Label::Else);
            waiting.push(Waiting::Conditional(first, body, test));
        };
        for outer in waiting.into_iter().rev() {
            value = match outer {
                Waiting::Lambda(first, params) => self.lambda(first, params, value),
                Waiting::Conditional(first, body, test) => self.add(
                    ExprKind::Conditional {
                        test,
                        body,
                        orelse: value,
                    },
                    first,
                ),
            };
        }
        value
    }

    fn lambda(&mut self, first: Token, params: List<crate::tree::Param>, body: ExprId) -> ExprId {
        let lambdas = &mut self.b.nodes.lambdas;
        let id = LambdaId::at(lambdas.len());
        lambdas.push(Lambda { params, body });
        self.add(ExprKind::Lambda(id), first)
    }

    /// Reads ahead: most expressions are one operand and nothing else.
    fn operand(&mut self) -> Operand {
        if !begins_operand(self.peek()) {
            return Operand::Unread;
        }
        let atom = self.atom_with_trailers();
        if ends_expression(self.peek()) {
            Operand::Whole(atom)
        } else {
            Operand::First(atom)
        }
    }

    pub(super) fn or_test(&mut self) -> ExprId {
        let first = self.token();
        self.or_test_from(first, None)
    }

    /// `or_test`, of which the first operand may have been read.
    fn or_test_from(&mut self, first: Token, atom: Option<ExprId>) -> ExprId {
        let value = self.and_test(first, atom);
        if self.peek() != Label::Or {
            return value;
        }
        let base = self.open_list(value);
        while self.eat(Label::Or) {
            let value = self.and_test(self.token(), None);
            self.b.scratch.push(value);
        }
        let values = self.b.close_exprs(base);
        self.add(
            ExprKind::Bool {
                op: BoolOp::Or,
                values,
            },
            first,
        )
    }

    fn and_test(&mut self, first: Token, atom: Option<ExprId>) -> ExprId {
        let value = self.not_test(first, atom);
        if self.peek() != Label::And {
            return value;
        }
        let base = self.open_list(value);
        while self.eat(Label::And) {
            let value = self.not_test(self.token(), None);
            self.b.scratch.push(value);
        }
        let values = self.b.close_exprs(base);
        self.add(
            ExprKind::Bool {
                op: BoolOp::And,
                values,
            },
            first,
        )
    }

    fn not_test(&mut self, first: Token, atom: Option<ExprId>) -> ExprId {
        if atom.is_some() {
            return self.comparison(first, atom);
        }
        let from = self.at;
        while self.eat(Label::Not) {}
        let to = self.at;
        let mut value = self.comparison(self.token(), None);
        for k in (from..to).rev() {
            value = self.add(
                ExprKind::Unary {
                    op: UnaryOp::Not,
                    operand: value,
                },
                self.tokens[k],
            );
        }
        value
    }

    fn comparison(&mut self, first: Token, atom: Option<ExprId>) -> ExprId {
        let left = self.binary(1, first, atom);
        let Some(op) = self.compare_op() else {
            return left;
        };
        let one = Comparison {
            op,
            right: self.expr(),
        };
        // Chains are rare, so most comparisons need no list of their own while they are read.
        let mut more = Vec::new();
        while let Some(op) = self.compare_op() {
            more.push(Comparison {
                op,
                right: self.expr(),
            });
        }
        let comparisons = &mut self.b.nodes.comparisons;
        let start = comparisons.len();
        comparisons.push(one);
        comparisons.extend_from_slice(&more);
        let rest = List::new(start, 1 + more.len());
        self.add(ExprKind::Compare { left, rest }, first)
    }

    fn compare_op(&mut self) -> Option<CompareOp> {
        let op = match self.peek() {
            Label::Less => CompareOp::Less,
            Label::Greater => CompareOp::Greater,
            Label::Equal => CompareOp::Equal,
            Label::LessEqual => CompareOp::LessEqual,
            Label::GreaterEqual => CompareOp::GreaterEqual,
            Label::NotEqual => CompareOp::NotEqual,
            Label::NotEqualOld => CompareOp::NotEqualOld,
            Label::In => CompareOp::In,
            Label::Not if self.peek_after() == Label::In => {
                self.at += 1;
                CompareOp::NotIn
            }
            Label::Is => {
                self.at += usize::from(self.peek_after() == Label::Not);
                if self.peek() == Label::Not {
                    CompareOp::IsNot
                } else {
                    CompareOp::Is
                }
            }
            _ => return None,
        };
        self.at += 1;
        Some(op)
    }

    /// `expr`: everything that binds closer than a comparison.
    pub(super) fn expr(&mut self) -> ExprId {
        self.binary(1, self.token(), None)
    }

    fn binary(&mut self, min: u8, first: Token, atom: Option<ExprId>) -> ExprId {
        let mut left = self.factor(first, atom);
        let mut last = 0;
        while let Some((op, precedence)) = binary_op(self.peek()) {
            if precedence < min {
                break;
            }
            let operator = self.take();
            let right = self.binary(precedence + 1, self.token(), None);
            // In a chain of one precedence CPython gives all but the first the line of the operator.
            let line = if precedence == last {
                operator.line
            } else {
                first.line
            };
            last = precedence;
            let span = self.span_from(first.start);
            left = self.b.add(ExprKind::Binary { op, left, right }, span, line);
        }
        if last > 0 {
            self.note_outer(left, first);
        }
        left
    }

    /// `factor`, with the powers in it.
    fn factor(&mut self, first: Token, atom: Option<ExprId>) -> ExprId {
        if atom.is_some() || unary_op(first.label).is_none() {
            let base = atom.unwrap_or_else(|| self.atom_with_trailers());
            if self.peek() != Label::DoubleStar {
                return base;
            }
            self.at += 1;
            return self.factor_chain(vec![Prefix::Power(first, base)]);
        }
        self.factor_chain(Vec::new())
    }

    fn factor_chain(&mut self, mut waiting: Vec<Prefix>) -> ExprId {
        let mut value = loop {
            let first = self.token();
            if let Some(op) = unary_op(first.label) {
                self.at += 1;
                waiting.push(Prefix::Unary(first, op));
                continue;
            }
            let base = self.atom_with_trailers();
            if !self.eat(Label::DoubleStar) {
                break base;
            }
            waiting.push(Prefix::Power(first, base));
        };
        let mut innermost = true;
        for outer in waiting.into_iter().rev() {
            value = match outer {
                Prefix::Power(first, left) => self.add(
                    ExprKind::Binary {
                        op: BinaryOp::Pow,
                        left,
                        right: value,
                    },
                    first,
                ),
                Prefix::Unary(first, UnaryOp::Minus) if innermost && self.is_bare_number(value) => {
                    self.negate(value, first)
                }
                Prefix::Unary(first, op) => self.add(ExprKind::Unary { op, operand: value }, first),
            };
            innermost = false;
        }
        value
    }

    fn is_bare_number(&self, id: ExprId) -> bool {
        let expr = &self.b.nodes.exprs[id.index()];
        !expr.parenthesised && matches!(expr.kind, ExprKind::Num { .. })
    }

    /// A minus directly before a number is part of the number, as in CPython's tree.
    fn negate(&mut self, id: ExprId, minus: Token) -> ExprId {
        let expr = &mut self.b.nodes.exprs[id.index()];
        expr.kind = ExprKind::Num { negative: true };
        expr.span.start = minus.start;
        self.note_outer(id, minus);
        id
    }

    /// Opens a list with its first item; where it begins in the scratch.
    pub(super) fn open_list(&mut self, first: ExprId) -> usize {
        self.b.scratch.push(first);
        self.b.scratch.len() - 1
    }

    /// Tests with commas between them up to a closing label: a tuple, or the test itself when there is no comma.
    pub(super) fn test_list(&mut self, closes: impl Fn(Label) -> bool) -> ExprId {
        let first = self.token();
        let value = self.test();
        self.rest_of_list(first, value, closes)
    }

    pub(super) fn rest_of_list(
        &mut self,
        first: Token,
        value: ExprId,
        closes: impl Fn(Label) -> bool,
    ) -> ExprId {
        if self.peek() != Label::Comma {
            return value;
        }
        let base = self.open_list(value);
        while self.eat(Label::Comma) {
            if closes(self.peek()) || self.at >= self.tokens.len() {
                break;
            }
            let item = self.test();
            self.b.scratch.push(item);
        }
        let items = self.b.close_exprs(base);
        self.add(ExprKind::Tuple(items), first)
    }

    pub(super) fn yield_expr(&mut self) -> ExprId {
        let first = self.take();
        let value = if ends_test_list(self.peek()) {
            None
        } else {
            Some(self.test_list(ends_test_list))
        };
        self.add(ExprKind::Yield(value), first)
    }
}

/// Whether a `testlist` that may end in a comma is over here.
pub(super) fn ends_test_list(label: Label) -> bool {
    use Label as L;
    matches!(
        label,
        L::RightParen
            | L::Newline
            | L::Semicolon
            | L::Assign
            | L::Colon
            | L::RightBracket
            | L::EndMarker
    ) || super::statement::augmented_op(label).is_some()
}

/// Whether an operand begins here that is no lambda and has no operator before it.
fn begins_operand(label: Label) -> bool {
    use Label as L;
    matches!(
        label,
        L::Name
            | L::Number
            | L::String
            | L::LeftParen
            | L::LeftBracket
            | L::LeftBrace
            | L::Backquote
    )
}

/// Whether an operand before this label is a whole expression.
fn ends_expression(label: Label) -> bool {
    use Label as L;
    matches!(
        label,
        L::Comma
            | L::RightParen
            | L::Newline
            | L::Assign
            | L::Colon
            | L::RightBracket
            | L::RightBrace
            | L::Semicolon
            | L::EndMarker
    )
}

fn unary_op(label: Label) -> Option<UnaryOp> {
    match label {
        Label::Plus => Some(UnaryOp::Plus),
        Label::Minus => Some(UnaryOp::Minus),
        Label::Tilde => Some(UnaryOp::Invert),
        _ => None,
    }
}

fn binary_op(label: Label) -> Option<(BinaryOp, u8)> {
    Some(match label {
        Label::Bar => (BinaryOp::BitOr, 1),
        Label::Caret => (BinaryOp::BitXor, 2),
        Label::Ampersand => (BinaryOp::BitAnd, 3),
        Label::LeftShift => (BinaryOp::LeftShift, 4),
        Label::RightShift => (BinaryOp::RightShift, 4),
        Label::Plus => (BinaryOp::Add, 5),
        Label::Minus => (BinaryOp::Sub, 5),
        Label::Star => (BinaryOp::Mul, 6),
        Label::Slash => (BinaryOp::Div, 6),
        Label::Percent => (BinaryOp::Mod, 6),
        Label::DoubleSlash => (BinaryOp::FloorDiv, 6),
        _ => return None,
    })
}
