//! Simple statements, and what the headers of compound ones hold.

use super::Line;
use super::expression::ends_test_list;
use crate::label::Label;
use crate::tokenizer::Token;
use crate::tree::{
    Alias, BinaryOp, Block, ExprId, ExprKind, List, Name, Stmt, StmtId, StmtKind, WithItem,
};

/// The operator of an augmented assignment.
pub(super) fn augmented_op(label: Label) -> Option<BinaryOp> {
    Some(match label {
        Label::PlusAssign => BinaryOp::Add,
        Label::MinusAssign => BinaryOp::Sub,
        Label::StarAssign => BinaryOp::Mul,
        Label::SlashAssign => BinaryOp::Div,
        Label::PercentAssign => BinaryOp::Mod,
        Label::AndAssign => BinaryOp::BitAnd,
        Label::OrAssign => BinaryOp::BitOr,
        Label::XorAssign => BinaryOp::BitXor,
        Label::LeftShiftAssign => BinaryOp::LeftShift,
        Label::RightShiftAssign => BinaryOp::RightShift,
        Label::PowAssign => BinaryOp::Pow,
        Label::FloorDivAssign => BinaryOp::FloorDiv,
        _ => return None,
    })
}

fn ends_statement(label: Label) -> bool {
    matches!(label, Label::Newline | Label::Semicolon | Label::EndMarker)
}

impl Line<'_, '_> {
    pub(super) fn add_stmt(&mut self, kind: StmtKind, first: Token) -> StmtId {
        let span = self.span_from(first.start);
        let stmts = &mut self.b.nodes.stmts;
        let id = StmtId::at(stmts.len());
        stmts.push(Stmt {
            kind,
            span,
            line: first.line,
        });
        id
    }

    /// `simple_stmt` to the end of the line, appended to the open block.
    pub(super) fn simple_statements(&mut self) {
        while self.at < self.tokens.len()
            && !matches!(self.peek(), Label::Newline | Label::EndMarker)
        {
            let stmt = self.small_stmt();
            self.b.pending.push(stmt);
            if !self.eat(Label::Semicolon) {
                break;
            }
        }
    }

    /// `simple_stmt` as the body of a header on the same line.
    pub(super) fn inline_suite(&mut self) -> Block {
        let base = self.b.pending.len();
        self.simple_statements();
        self.b.close_block(base)
    }

    fn small_stmt(&mut self) -> StmtId {
        let first = self.token();
        let kind = match first.label {
            Label::Print => self.print_stmt(),
            Label::Del => self.del_stmt(),
            Label::Pass => self.keyword(StmtKind::Pass),
            Label::Break => self.keyword(StmtKind::Break),
            Label::Continue => self.keyword(StmtKind::Continue),
            Label::Return => {
                self.at += 1;
                let value = if ends_statement(self.peek()) {
                    None
                } else {
                    Some(self.test_list(ends_test_list))
                };
                StmtKind::Return(value)
            }
            Label::Raise => self.raise_stmt(),
            Label::Import => self.import_name(),
            Label::From => self.import_from(),
            Label::Global => self.global_stmt(),
            Label::Exec => self.exec_stmt(),
            Label::Assert => {
                self.at += 1;
                let test = self.test();
                let message = if self.eat(Label::Comma) {
                    Some(self.test())
                } else {
                    None
                };
                StmtKind::Assert { test, message }
            }
            _ => self.expr_stmt(),
        };
        self.add_stmt(kind, first)
    }

    fn keyword(&mut self, kind: StmtKind) -> StmtKind {
        self.at += 1;
        kind
    }

    fn print_stmt(&mut self) -> StmtKind {
        self.at += 1;
        let mut dest = None;
        let mut newline = true;
        if self.eat(Label::RightShift) {
            dest = Some(self.test());
            self.eat(Label::Comma);
        }
        let base = self.b.scratch.len();
        while !ends_statement(self.peek()) && self.at < self.tokens.len() {
            let value = self.test();
            self.b.scratch.push(value);
            newline = !self.eat(Label::Comma);
        }
        StmtKind::Print {
            dest,
            values: self.b.close_exprs(base),
            newline,
        }
    }

    fn del_stmt(&mut self) -> StmtKind {
        self.at += 1;
        let mut targets = Vec::new();
        while !ends_statement(self.peek()) && self.at < self.tokens.len() {
            targets.push(self.expr());
            self.eat(Label::Comma);
        }
        StmtKind::Delete(self.b.exprs(&targets))
    }

    fn raise_stmt(&mut self) -> StmtKind {
        self.at += 1;
        let mut parts = [None; 3];
        if !ends_statement(self.peek()) {
            for part in &mut parts {
                *part = Some(self.test());
                if !self.eat(Label::Comma) {
                    break;
                }
            }
        }
        let [kind, value, traceback] = parts;
        StmtKind::Raise {
            kind,
            value,
            traceback,
        }
    }

    fn path(&mut self) -> List<Name> {
        let start = self.b.nodes.name_lists.len();
        loop {
            let name = self.name();
            self.b.nodes.name_lists.push(name);
            if !self.eat(Label::Dot) {
                break;
            }
        }
        List::new(start, self.b.nodes.name_lists.len() - start)
    }

    fn alias(&mut self, path: impl FnOnce(&mut Self) -> List<Name>) -> Alias {
        let first = self.token();
        let path = path(self);
        let mut as_name = None;
        let mut as_line = first.line;
        if self.eat(Label::As) {
            as_line = self.token().line;
            as_name = Some(self.name());
        }
        Alias {
            path,
            as_name,
            span: self.span_from(first.start),
            line: first.line,
            as_line,
        }
    }

    fn one_name(&mut self) -> List<Name> {
        let name = self.name();
        self.b.nodes.name_lists.push(name);
        List::new(self.b.nodes.name_lists.len() - 1, 1)
    }

    fn aliases(&mut self, aliases: &[Alias]) -> List<Alias> {
        let start = self.b.nodes.aliases.len();
        self.b.nodes.aliases.extend_from_slice(aliases);
        List::new(start, aliases.len())
    }

    fn import_name(&mut self) -> StmtKind {
        self.at += 1;
        let mut aliases = vec![self.alias(Self::path)];
        while self.eat(Label::Comma) {
            aliases.push(self.alias(Self::path));
        }
        StmtKind::Import(self.aliases(&aliases))
    }

    fn import_from(&mut self) -> StmtKind {
        self.at += 1;
        let mut level = 0;
        while self.eat(Label::Dot) {
            level += 1;
        }
        let module = if self.peek() == Label::Import {
            List::empty()
        } else {
            self.path()
        };
        self.eat(Label::Import);
        let star = self.token();
        if self.eat(Label::Star) {
            let span = self.span_from(star.start);
            let alias = Alias {
                path: List::empty(),
                as_name: None,
                span,
                line: star.line,
                as_line: star.line,
            };
            return StmtKind::ImportFrom {
                module,
                names: self.aliases(&[alias]),
                level,
                bare_comma: false,
            };
        }
        let open = self.eat(Label::LeftParen);
        let mut aliases = Vec::new();
        let mut bare_comma = false;
        while self.peek() == Label::Name {
            aliases.push(self.alias(Self::one_name));
            bare_comma = self.eat(Label::Comma) && !open;
        }
        self.eat(Label::RightParen);
        StmtKind::ImportFrom {
            module,
            names: self.aliases(&aliases),
            level,
            bare_comma,
        }
    }

    fn global_stmt(&mut self) -> StmtKind {
        self.at += 1;
        let start = self.b.nodes.name_lists.len();
        while self.peek() == Label::Name {
            let name = self.name();
            self.b.nodes.name_lists.push(name);
            self.eat(Label::Comma);
        }
        StmtKind::Global(List::new(start, self.b.nodes.name_lists.len() - start))
    }

    fn exec_stmt(&mut self) -> StmtKind {
        self.at += 1;
        let body = self.expr();
        let (globals, locals);
        if self.eat(Label::In) {
            globals = Some(self.test());
            locals = if self.eat(Label::Comma) {
                Some(self.test())
            } else {
                None
            };
            return StmtKind::Exec {
                body,
                globals,
                locals,
            };
        }
        // A tuple of two or three stands for the longer form, so that `exec(code, globals)` means what it looks like.
        let items = match self.b.nodes.exprs[body.index()].kind {
            ExprKind::Tuple(items) => &self.b.nodes.expr_lists[items.range()],
            _ => &[],
        };
        match *items {
            [body, globals] => StmtKind::Exec {
                body,
                globals: Some(globals),
                locals: None,
            },
            [body, globals, locals] => StmtKind::Exec {
                body,
                globals: Some(globals),
                locals: Some(locals),
            },
            _ => StmtKind::Exec {
                body,
                globals: None,
                locals: None,
            },
        }
    }

    fn value(&mut self) -> ExprId {
        if self.peek() == Label::Yield {
            self.yield_expr()
        } else {
            self.test_list(ends_test_list)
        }
    }

    fn expr_stmt(&mut self) -> StmtKind {
        let target = self.value();
        if let Some(op) = augmented_op(self.peek()) {
            self.at += 1;
            return StmtKind::AugAssign {
                target,
                op,
                value: self.value(),
            };
        }
        if self.peek() != Label::Assign {
            return StmtKind::Expr(target);
        }
        let base = self.open_list(target);
        while self.eat(Label::Assign) {
            let side = self.value();
            self.b.scratch.push(side);
        }
        let value = self.b.scratch.pop().unwrap_or(target);
        StmtKind::Assign {
            targets: self.b.close_exprs(base),
            value,
        }
    }

    /// What stands between `with` and the colon.
    pub(super) fn with_items(&mut self) -> List<WithItem> {
        let mut items = Vec::new();
        while self.peek() != Label::Colon && self.at < self.tokens.len() {
            let line = self.token().line;
            let context = self.test();
            let target = if self.eat(Label::As) {
                Some(self.expr())
            } else {
                None
            };
            items.push(WithItem {
                context,
                target,
                line,
            });
            self.eat(Label::Comma);
        }
        let start = self.b.nodes.with_items.len();
        self.b.nodes.with_items.extend_from_slice(&items);
        List::new(start, items.len())
    }

    /// A decorator, which CPython reads as a dotted name and perhaps a call.
    pub(super) fn decorator(&mut self) -> ExprId {
        let at = self.take();
        let first = self.token();
        let name = self.name();
        let mut value = self.add(ExprKind::Name(name), first);
        while self.eat(Label::Dot) {
            let name = self.name();
            value = self.add(ExprKind::Attribute { value, name }, first);
        }
        if self.eat(Label::LeftParen) {
            let args = self.args();
            self.eat(Label::RightParen);
            // CPython gives a call without arguments the line of the `@`.
            let line = if args.is_empty() { at.line } else { first.line };
            let span = self.span_from(first.start);
            value = self.b.add(ExprKind::Call { func: value, args }, span, line);
        }
        value
    }
}
