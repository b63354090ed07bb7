//! Tokens that the parser accepted -> the tree.
//!
//! The parser has judged a logical line before it comes here, so nothing is checked again: the builder only gives the
//! tokens their structure, one logical line at a time, and keeps open blocks on a stack of its own.
//!
//! Invariant: on tokens that the parser did not accept the tree may be wrong, but the builder still ends and never
//! panics. Nesting is bounded by the parser's own limit; chains that the limit does not bound are loops.

mod arguments;
mod atom;
mod blocks;
mod expression;
mod intern;
mod statement;

use crate::label::Label;
use crate::tokenizer::Token;
use crate::tree::{Arg, Branch, Expr, ExprId, ExprKind, Handler, List, Name, Nodes, Span};

use blocks::Level;
use intern::Interner;

/// Makes the nodes of one file.
pub(crate) struct Builder<'t> {
    text: &'t [u8],
    nodes: Nodes,
    names: Interner,
    /// Statements that are finished, but whose block is not.
    pending: Vec<crate::tree::StmtId>,
    levels: Vec<Level>,
    decorators: Vec<ExprId>,
    /// Items of lists that are still open, the innermost list's last.
    scratch: Vec<ExprId>,
    scratch_args: Vec<Arg>,
    /// Branches and handlers of the statements that are still open, the innermost statement's last.
    branches: Vec<Branch>,
    handlers: Vec<Handler>,
    /// The line and offset of the first decorator's `@`.
    decorated_at: Option<(u32, u32)>,
}

/// Where the builder is in a logical line.
struct Line<'b, 't> {
    tokens: &'b [Token],
    at: usize,
    b: &'b mut Builder<'t>,
}

impl<'t> Builder<'t> {
    pub(crate) fn new(text: &'t [u8]) -> Builder<'t> {
        Builder {
            text,
            nodes: Nodes::for_text(text.len()),
            names: Interner::default(),
            pending: Vec::new(),
            levels: vec![Level::default()],
            decorators: Vec::new(),
            scratch: Vec::new(),
            scratch_args: Vec::new(),
            branches: Vec::new(),
            handlers: Vec::new(),
            decorated_at: None,
        }
    }

    fn add(&mut self, kind: ExprKind, span: Span, line: u32) -> ExprId {
        let id = ExprId::at(self.nodes.exprs.len());
        self.nodes.exprs.push(Expr {
            kind,
            span,
            line,
            parenthesised: false,
        });
        id
    }

    fn exprs(&mut self, ids: &[ExprId]) -> List<ExprId> {
        let start = self.nodes.expr_lists.len();
        self.nodes.expr_lists.extend_from_slice(ids);
        List::new(start, ids.len())
    }

    /// Closes the innermost open list, whose items begin at `base` of the scratch.
    fn close_exprs(&mut self, base: usize) -> List<ExprId> {
        let start = self.nodes.expr_lists.len();
        let base = base.min(self.scratch.len());
        self.nodes
            .expr_lists
            .extend_from_slice(&self.scratch[base..]);
        let len = self.scratch.len() - base;
        self.scratch.truncate(base);
        List::new(start, len)
    }

    fn intern(&mut self, token: Token) -> Name {
        let span = Span {
            start: token.start,
            end: token.end,
        };
        self.names.intern(self.text, span, &mut self.nodes.names)
    }
}

impl Line<'_, '_> {
    fn peek(&self) -> Label {
        self.tokens
            .get(self.at)
            .map_or(Label::EndMarker, |t| t.label)
    }

    fn peek_after(&self) -> Label {
        self.tokens
            .get(self.at + 1)
            .map_or(Label::EndMarker, |t| t.label)
    }

    /// The token that stands here, or the last one.
    fn token(&self) -> Token {
        let none = Token {
            label: Label::EndMarker,
            start: 0,
            end: 0,
            line: 0,
        };
        self.tokens
            .get(self.at)
            .or(self.tokens.last())
            .copied()
            .unwrap_or(none)
    }

    /// Takes the token that stands here.
    fn take(&mut self) -> Token {
        let token = self.token();
        self.at += 1;
        token
    }

    /// Takes the next token if it has this label.
    fn eat(&mut self, label: Label) -> bool {
        let fits = self.peek() == label;
        self.at += usize::from(fits);
        fits
    }

    /// The end of what was taken last.
    fn end(&self) -> u32 {
        self.at
            .checked_sub(1)
            .and_then(|k| self.tokens.get(k))
            .map_or(0, |t| t.end)
    }

    fn span_from(&self, start: u32) -> Span {
        Span {
            start,
            end: self.end().max(start),
        }
    }

    fn name(&mut self) -> Name {
        let token = self.take();
        self.b.intern(token)
    }

    fn add(&mut self, kind: ExprKind, start: Token) -> ExprId {
        let span = self.span_from(start.start);
        self.b.add(kind, span, start.line)
    }

    fn line_of(&self, id: ExprId) -> u32 {
        self.b.nodes.exprs[id.index()].line
    }

    /// Notes the line of an expression's first token when it is not the expression's own.
    fn note_outer(&mut self, id: ExprId, first: Token) {
        if self.line_of(id) != first.line {
            self.b.nodes.outer_lines.push((id, first.line));
        }
    }
}
