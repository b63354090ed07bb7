//! Expressions.

use super::pool::{DictCompId, ExprId, LambdaId, List, Name, StrId};
use super::{Param, Span};

/// An expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// From its first to its last byte, parentheses around it not counted.
    pub span: Span,
    /// The line CPython's own tree gives it. A string that spans lines counts from its last, and a call, an attribute
    /// or a subscript has the line of what it is applied to.
    pub line: u32,
    /// Whether it stands in parentheses of its own.
    pub parenthesised: bool,
}

/// The kinds of expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are the ones of Python's ast module, under its names"
)]
pub enum ExprKind {
    Name(Name),
    /// A number; the span holds its digits. `negative` when a minus stands directly before it, as CPython folds them.
    Num {
        negative: bool,
    },
    /// One or more string literals side by side.
    Str(StrId),
    Tuple(List<ExprId>),
    List(List<ExprId>),
    Set(List<ExprId>),
    /// Keys and values in turn.
    Dict(List<ExprId>),
    /// Backquotes.
    Repr(ExprId),
    Yield(Option<ExprId>),
    Attribute {
        value: ExprId,
        name: Name,
    },
    Call {
        func: ExprId,
        args: List<Arg>,
    },
    /// `index` may be a [`Slice`](ExprKind::Slice), an [`Ellipsis`](ExprKind::Ellipsis), or an
    /// [`ExtSlice`](ExprKind::ExtSlice) of them.
    Subscript {
        value: ExprId,
        index: ExprId,
    },
    Unary {
        op: UnaryOp,
        operand: ExprId,
    },
    Binary {
        op: BinaryOp,
        left: ExprId,
        right: ExprId,
    },
    Bool {
        op: BoolOp,
        values: List<ExprId>,
    },
    Compare {
        left: ExprId,
        rest: List<Comparison>,
    },
    Lambda(LambdaId),
    /// `body if test else orelse`.
    Conditional {
        test: ExprId,
        body: ExprId,
        orelse: ExprId,
    },
    ListComp {
        element: ExprId,
        fors: List<Comprehension>,
    },
    SetComp {
        element: ExprId,
        fors: List<Comprehension>,
    },
    Generator {
        element: ExprId,
        fors: List<Comprehension>,
    },
    DictComp(DictCompId),
    Slice {
        lower: Option<ExprId>,
        upper: Option<ExprId>,
        step: Option<ExprId>,
    },
    Ellipsis,
    /// The step of `x[a:b:]`, which CPython reads as the name `None`.
    ImplicitNone,
    /// Several subscripts of which at least one is a slice or an ellipsis.
    ExtSlice(List<ExprId>),
}

/// The comprehension `{key: value for ...}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are the ones of Python's ast module, under its names"
)]
pub struct DictComp {
    pub key: ExprId,
    pub value: ExprId,
    pub fors: List<Comprehension>,
}

/// A lambda.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are the ones of Python's ast module, under its names"
)]
pub struct Lambda {
    pub params: List<Param>,
    pub body: ExprId,
}

/// One `for` of a comprehension with the `if`s that follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comprehension {
    /// What is assigned to.
    pub target: ExprId,
    /// What is iterated over.
    pub iter: ExprId,
    /// The conditions.
    pub ifs: List<ExprId>,
}

/// One operator of a comparison chain and the operand after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The operator.
    pub op: CompareOp,
    /// The operand on its right.
    pub right: ExprId,
}

/// An argument of a call, or of a decorator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arg {
    /// How it is passed.
    pub kind: ArgKind,
    /// What is passed.
    pub value: ExprId,
    /// The line of its first token.
    pub line: u32,
}

/// How an argument is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgKind {
    /// By position.
    Positional,
    /// A generator expression without parentheses of its own.
    BareGenerator,
    /// By keyword. CPython takes any expression here at first, and refuses it after the parser.
    Keyword(ExprId),
    /// `*args`.
    Star,
    /// `**kwargs`.
    DoubleStar,
}

/// String literals side by side, which Python joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StrLiteral {
    /// The literals.
    pub pieces: List<StrPiece>,
}

/// One string literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the four letters that a literal may carry are independent"
)]
pub struct StrPiece {
    /// The whole literal with its prefix and quotes.
    pub span: Span,
    /// What is between the quotes.
    pub body: Span,
    /// Whether there is a `u`.
    pub unicode: bool,
    /// Whether there is a `b`.
    pub bytes: bool,
    /// Whether there is an `r`.
    pub raw: bool,
    /// Whether it has three quotes on each side.
    pub triple: bool,
}

/// A prefix operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say all")]
pub enum UnaryOp {
    Plus,
    Minus,
    Invert,
    Not,
}

/// A binary operator, also of an augmented assignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say all")]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    LeftShift,
    RightShift,
    BitAnd,
    BitXor,
    BitOr,
}

/// `and` or `or`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say all")]
pub enum BoolOp {
    And,
    Or,
}

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say all")]
pub enum CompareOp {
    Less,
    Greater,
    Equal,
    LessEqual,
    GreaterEqual,
    /// `!=`
    NotEqual,
    /// `<>`, which Python 3 dropped.
    NotEqualOld,
    In,
    NotIn,
    Is,
    IsNot,
}
