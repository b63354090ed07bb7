//! The syntax tree: nodes in flat pools, named by small handles.
//!
//! A [`Module`] owns every node of one file. Nodes refer to each other by handle ([`ExprId`], [`StmtId`], [`List`]), so
//! dropping, copying and walking a tree never recurses, however long a chain of operators in it is. Spans are byte
//! ranges of [`Module::text`], the text as the tokenizer saw it: line ends are `\n`, a byte order mark is gone, and a
//! source in another encoding is UTF-8. Lines count from 1 and are the same as in the file; columns are bytes from 0.
//!
//! The shape follows the `ast` module of Python 2.7, with these differences: `elif` is a list of branches, a `try` with
//! handlers and `finally` is one statement, arguments stay in source order, and a slice is an expression.
//!
//! Invariant: every handle inside a module's nodes points into the same module.

mod expr;
mod module;
mod pool;
mod stmt;

pub use expr::{
    Arg, ArgKind, BinaryOp, BoolOp, CompareOp, Comparison, Comprehension, DictComp, Expr, ExprKind,
    Lambda, StrLiteral, StrPiece, UnaryOp,
};
pub(crate) use module::Nodes;
pub use module::{Comment, Module};
pub use pool::{
    ClassId, DictCompId, ExprId, FunctionId, LambdaId, List, Name, Pooled, StmtId, StrId, TryId,
};
pub use stmt::{
    Alias, Block, Branch, ClassDef, FunctionDef, Handler, Param, ParamKind, ParamTarget, Stmt,
    StmtKind, Try, WithItem,
};

/// A byte range of [`Module::text`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The smallest span that covers both.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span {
            start: self.start,
            end: other.end,
        }
    }

    /// The range for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}
