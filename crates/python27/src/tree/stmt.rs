//! Statements.

use super::pool::{ClassId, ExprId, FunctionId, List, Name, StmtId, TryId};
use super::{BinaryOp, Span};

/// The statements of a body.
pub type Block = List<StmtId>;

/// A statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// From its first to its last byte; of a compound statement, the header up to its colon.
    pub span: Span,
    /// The line CPython's own tree gives it: that of its first token, a decorator counted.
    pub line: u32,
}

/// The kinds of statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are the ones of Python's ast module, under its names"
)]
pub enum StmtKind {
    Expr(ExprId),
    Assign {
        targets: List<ExprId>,
        value: ExprId,
    },
    AugAssign {
        target: ExprId,
        op: BinaryOp,
        value: ExprId,
    },
    /// `newline` is false when a comma ends the statement.
    Print {
        dest: Option<ExprId>,
        values: List<ExprId>,
        newline: bool,
    },
    Delete(List<ExprId>),
    Pass,
    Break,
    Continue,
    Return(Option<ExprId>),
    Raise {
        kind: Option<ExprId>,
        value: Option<ExprId>,
        traceback: Option<ExprId>,
    },
    Import(List<Alias>),
    /// `level` counts the dots. A star is one alias with the name `*`, see [`Alias::is_star`].
    ImportFrom {
        module: List<Name>,
        names: List<Alias>,
        level: u32,
        /// Whether the names end in a comma without parentheses around them, which CPython refuses.
        bare_comma: bool,
    },
    Global(List<Name>),
    Exec {
        body: ExprId,
        globals: Option<ExprId>,
        locals: Option<ExprId>,
    },
    Assert {
        test: ExprId,
        message: Option<ExprId>,
    },
    If {
        branches: List<Branch>,
        orelse: Block,
    },
    While {
        test: ExprId,
        body: Block,
        orelse: Block,
    },
    For {
        target: ExprId,
        iter: ExprId,
        body: Block,
        orelse: Block,
    },
    Try(TryId),
    With {
        items: List<WithItem>,
        body: Block,
    },
    FunctionDef(FunctionId),
    ClassDef(ClassId),
}

/// `if` or `elif` with its test and body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The condition.
    pub test: ExprId,
    /// What it guards.
    pub body: Block,
    /// The line of the keyword for `if`, of the condition's first token for `elif`: CPython's line of the nested `if`.
    pub line: u32,
}

/// A `try` with all its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are the ones of Python's ast module, under its names"
)]
pub struct Try {
    pub body: Block,
    pub handlers: List<Handler>,
    pub orelse: Block,
    /// Empty when there is no `finally`, which cannot be empty itself.
    pub finally: Block,
}

/// One `except`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    /// The class or tuple of classes; none in `except:`.
    pub kind: Option<ExprId>,
    /// Where the exception goes.
    pub target: Option<ExprId>,
    /// Whether the target follows `as`; else it follows a comma, as only Python 2 has it.
    pub with_as: bool,
    /// What is run.
    pub body: Block,
    /// From `except` to the colon.
    pub span: Span,
    /// The line of the keyword.
    pub line: u32,
}

/// One manager of a `with`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WithItem {
    /// The context manager.
    pub context: ExprId,
    /// What follows `as`.
    pub target: Option<ExprId>,
    /// The line of its first token.
    pub line: u32,
}

/// One name of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The dotted name in parts. Of `*` it is empty.
    pub path: List<Name>,
    /// What follows `as`.
    pub as_name: Option<Name>,
    /// The whole of it.
    pub span: Span,
    /// The line of its first token.
    pub line: u32,
    /// The line of the name after `as`, and of the first token when there is none.
    pub as_line: u32,
}

impl Alias {
    /// Whether this is the star of `from m import *`.
    pub fn is_star(&self) -> bool {
        self.path.is_empty()
    }
}

/// A function definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are the ones of Python's ast module, under its names"
)]
pub struct FunctionDef {
    pub decorators: List<ExprId>,
    pub name: Name,
    pub name_span: Span,
    /// The line of the name.
    pub name_line: u32,
    pub params: List<Param>,
    pub body: Block,
}

/// A class definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are the ones of Python's ast module, under its names"
)]
pub struct ClassDef {
    pub decorators: List<ExprId>,
    pub name: Name,
    pub name_span: Span,
    /// The line of the keyword `class`, which differs from the statement's when there are decorators.
    pub class_line: u32,
    pub bases: List<ExprId>,
    pub body: Block,
}

/// A parameter of a function or lambda.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param {
    /// How it takes arguments.
    pub kind: ParamKind,
    /// What it binds.
    pub target: ParamTarget,
    /// Its default.
    pub default: Option<ExprId>,
    /// The whole of it, the default not counted.
    pub span: Span,
    /// The line of its first token, of the name after `*` and `**`.
    pub line: u32,
    /// Whether parentheses that mean nothing stand around it, as in `def f((a)):`.
    pub parenthesised: bool,
}

/// How a parameter takes arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// By position or keyword.
    Plain,
    /// `*args`.
    Star,
    /// `**kwargs`.
    DoubleStar,
}

/// What a parameter binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamTarget {
    /// A name.
    Name(Name),
    /// A tuple to unpack, as only Python 2 has it: names and tuples as expressions.
    Tuple(ExprId),
}
