//! Logical lines, indents and dedents -> blocks and compound statements.

use super::expression::ends_test_list;
use super::{Builder, Line};
use crate::label::Label;
use crate::tokenizer::Token;
use crate::tree::{
    Block, Branch, ClassDef, ClassId, ExprId, FunctionDef, FunctionId, Handler, List, Name, Nodes,
    Param, Span, Stmt, StmtId, StmtKind, Try, TryId, WithItem,
};

/// One level of indentation: where its statements begin, and the compound statement that may still go on.
#[derive(Default)]
pub(super) struct Level {
    base: usize,
    open: Option<Open>,
}

/// A compound statement whose parts are still coming in.
struct Open {
    header: Header,
    span: Span,
    line: u32,
    /// The part that the next block belongs to.
    part: Part,
    body: Block,
    orelse: Block,
    finally: Block,
    /// Where its branches and handlers begin among those of all open statements.
    branches: usize,
    handlers: usize,
}

enum Header {
    If,
    While(ExprId),
    For(ExprId, ExprId),
    Try,
    With(List<WithItem>),
    Function {
        decorators: List<ExprId>,
        name: Name,
        name_span: Span,
        name_line: u32,
        params: List<Param>,
    },
    Class {
        decorators: List<ExprId>,
        name: Name,
        name_span: Span,
        class_line: u32,
        bases: List<ExprId>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Body,
    Branch,
    Handler,
    Else,
    Finally,
}

impl Builder<'_> {
    /// Takes one logical line, its line end included.
    pub(crate) fn line(&mut self, tokens: &[Token]) {
        let continues = matches!(
            tokens.first().map(|t| t.label),
            Some(Label::Elif | Label::Else | Label::Except | Label::Finally)
        );
        if !continues {
            self.close_statement();
        }
        let mut line = Line {
            tokens,
            at: 0,
            b: self,
        };
        match line.peek() {
            Label::Newline | Label::EndMarker => {}
            Label::At => {
                let at = line.token();
                let decorator = line.decorator();
                self.decorators.push(decorator);
                self.decorated_at.get_or_insert((at.line, at.start));
            }
            Label::If
            | Label::While
            | Label::For
            | Label::Try
            | Label::With
            | Label::Def
            | Label::Class => {
                let open = line.header();
                let block = line.suite();
                self.open(open, block);
            }
            Label::Elif | Label::Else | Label::Except | Label::Finally => line.clause(),
            _ => line.simple_statements(),
        }
    }

    pub(crate) fn indent(&mut self) {
        self.levels.push(Level {
            base: self.pending.len(),
            open: None,
        });
    }

    pub(crate) fn dedent(&mut self) {
        self.close_statement();
        if self.levels.len() > 1 {
            let base = self.levels.pop().map_or(0, |level| level.base);
            let block = self.close_block(base);
            self.give_block(block);
        }
    }

    /// The nodes, once every line was taken.
    pub(crate) fn finish(mut self) -> Nodes {
        while self.levels.len() > 1 {
            self.dedent();
        }
        self.close_statement();
        self.nodes.body = self.close_block(0);
        self.nodes.outer_lines.sort_by_key(|&(id, _)| id);
        self.nodes
    }

    /// Moves the finished statements from `base` on into a block.
    pub(super) fn close_block(&mut self, base: usize) -> Block {
        let start = self.nodes.stmt_lists.len();
        self.nodes
            .stmt_lists
            .extend(self.pending.drain(base.min(self.pending.len())..));
        List::new(start, self.nodes.stmt_lists.len() - start)
    }

    fn open(&mut self, open: Open, block: Option<Block>) {
        if let Some(level) = self.levels.last_mut() {
            level.open = Some(open);
        }
        if let Some(block) = block {
            self.give_block(block);
        }
    }

    /// Hands a finished block to the part of the open statement that waits for it.
    fn give_block(&mut self, block: Block) {
        let Some(open) = self.levels.last_mut().and_then(|level| level.open.as_mut()) else {
            return;
        };
        match open.part {
            Part::Body => open.body = block,
            Part::Else => open.orelse = block,
            Part::Finally => open.finally = block,
            Part::Branch => {
                if let Some(branch) = self.branches.last_mut() {
                    branch.body = block;
                }
            }
            Part::Handler => {
                if let Some(handler) = self.handlers.last_mut() {
                    handler.body = block;
                }
            }
        }
    }

    /// Finishes the open compound statement of the innermost level, as it cannot go on.
    fn close_statement(&mut self) {
        let Some(open) = self.levels.last_mut().and_then(|level| level.open.take()) else {
            return;
        };
        let (body, orelse) = (open.body, open.orelse);
        let kind = match open.header {
            Header::If => {
                let branches = close(&mut self.branches, open.branches, &mut self.nodes.branches);
                StmtKind::If { branches, orelse }
            }
            Header::While(test) => StmtKind::While { test, body, orelse },
            Header::For(target, iter) => StmtKind::For {
                target,
                iter,
                body,
                orelse,
            },
            Header::With(items) => StmtKind::With { items, body },
            Header::Try => {
                let handlers = close(&mut self.handlers, open.handlers, &mut self.nodes.handlers);
                self.nodes.tries.push(Try {
                    body,
                    handlers,
                    orelse,
                    finally: open.finally,
                });
                let id = TryId::at(self.nodes.tries.len() - 1);
                StmtKind::Try(id)
            }
            Header::Function {
                decorators,
                name,
                name_span,
                name_line,
                params,
            } => {
                self.nodes.functions.push(FunctionDef {
                    decorators,
                    name,
                    name_span,
                    name_line,
                    params,
                    body,
                });
                let id = FunctionId::at(self.nodes.functions.len() - 1);
                StmtKind::FunctionDef(id)
            }
            Header::Class {
                decorators,
                name,
                name_span,
                class_line,
                bases,
            } => {
                self.nodes.classes.push(ClassDef {
                    decorators,
                    name,
                    name_span,
                    class_line,
                    bases,
                    body,
                });
                let id = ClassId::at(self.nodes.classes.len() - 1);
                StmtKind::ClassDef(id)
            }
        };
        let id = StmtId::at(self.nodes.stmts.len());
        self.nodes.stmts.push(Stmt {
            kind,
            span: open.span,
            line: open.line,
        });
        self.pending.push(id);
    }
}

/// Moves the items from `base` on into their pool.
fn close<T>(open: &mut Vec<T>, base: usize, pool: &mut Vec<T>) -> List<T> {
    let start = pool.len();
    pool.extend(open.drain(base.min(open.len())..));
    List::new(start, pool.len() - start)
}

impl Line<'_, '_> {
    /// The header of a compound statement, up to its colon.
    fn header(&mut self) -> Open {
        let first = self.take();
        let mut line = first.line;
        let mut part = Part::Body;
        let (branches, handlers) = (self.b.branches.len(), self.b.handlers.len());
        let header = match first.label {
            Label::If => {
                part = Part::Branch;
                let branch = Branch {
                    test: self.test(),
                    body: List::empty(),
                    line,
                };
                self.b.branches.push(branch);
                Header::If
            }
            Label::While => Header::While(self.test()),
            Label::For => {
                let target = self.targets(Label::In);
                self.eat(Label::In);
                Header::For(target, self.test_list(ends_test_list))
            }
            Label::With => {
                line = self.token().line;
                Header::With(self.with_items())
            }
            Label::Def => self.function(),
            Label::Class => self.class(first),
            _ => Header::Try,
        };
        self.eat(Label::Colon);
        let mut span = self.span_from(first.start);
        if let Header::Function { .. } | Header::Class { .. } = header
            && let Some((at_line, at_start)) = self.b.decorated_at.take()
        {
            line = at_line;
            span.start = at_start;
        }
        let empty = List::empty();
        Open {
            header,
            span,
            line,
            part,
            body: empty,
            orelse: empty,
            finally: empty,
            branches,
            handlers,
        }
    }

    fn decorators(&mut self) -> List<ExprId> {
        let decorators = std::mem::take(&mut self.b.decorators);
        self.b.exprs(&decorators)
    }

    fn function(&mut self) -> Header {
        let decorators = self.decorators();
        let token = self.token();
        let name = self.name();
        self.eat(Label::LeftParen);
        let params = self.params(Label::RightParen);
        self.eat(Label::RightParen);
        let name_span = Span {
            start: token.start,
            end: token.end,
        };
        Header::Function {
            decorators,
            name,
            name_span,
            name_line: token.line,
            params,
        }
    }

    fn class(&mut self, keyword: Token) -> Header {
        let decorators = self.decorators();
        let token = self.token();
        let name = self.name();
        let mut bases = Vec::new();
        if self.eat(Label::LeftParen) {
            while self.peek() != Label::RightParen && self.at < self.tokens.len() {
                bases.push(self.test());
                self.eat(Label::Comma);
            }
            self.eat(Label::RightParen);
        }
        let bases = self.b.exprs(&bases);
        let name_span = Span {
            start: token.start,
            end: token.end,
        };
        Header::Class {
            decorators,
            name,
            name_span,
            class_line: keyword.line,
            bases,
        }
    }

    /// The statements after the colon; none when the block follows in lines of its own.
    fn suite(&mut self) -> Option<Block> {
        if matches!(self.peek(), Label::Newline | Label::EndMarker) {
            None
        } else {
            Some(self.inline_suite())
        }
    }

    /// `elif`, `else`, `except` or `finally` with what follows.
    fn clause(&mut self) {
        let first = self.take();
        let mut branch = None;
        let mut handler = None;
        let part = match first.label {
            Label::Elif => {
                let line = self.token().line;
                branch = Some(Branch {
                    test: self.test(),
                    body: List::empty(),
                    line,
                });
                Part::Branch
            }
            Label::Except => {
                handler = Some(self.handler(first));
                Part::Handler
            }
            Label::Finally => Part::Finally,
            _ => Part::Else,
        };
        self.eat(Label::Colon);
        if let Some(open) = self
            .b
            .levels
            .last_mut()
            .and_then(|level| level.open.as_mut())
        {
            open.part = part;
            self.b.branches.extend(branch);
            self.b.handlers.extend(handler);
        }
        if let Some(block) = self.suite() {
            self.b.give_block(block);
        }
    }

    fn handler(&mut self, first: Token) -> Handler {
        let mut kind = None;
        let mut target = None;
        let mut with_as = false;
        if self.peek() != Label::Colon {
            kind = Some(self.test());
            with_as = self.peek() == Label::As;
            if self.eat(Label::As) || self.eat(Label::Comma) {
                target = Some(self.test());
            }
        }
        Handler {
            kind,
            target,
            with_as,
            body: List::empty(),
            span: self.span_from(first.start),
            line: first.line,
        }
    }
}
