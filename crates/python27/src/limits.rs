//! A tree -> where CPython itself crashes or never ends.
//!
//! CPython walks a chain of operators by recursion, and folds powers of constants while it compiles. Such a source has
//! no verdict of CPython's; the answer here is that it compiles, and a finding says why nobody will see it happen. The
//! bounds are those met on CPython 2.7.18 with a stack of 8 MiB.

use crate::tree::{BinaryOp, ExprId, ExprKind, Module, StmtKind};
use crate::{Finding, FindingKind};

/// Links of `+`, `.`, `()` or `[]` in one chain that overflow the stack.
const CHAIN: u32 = 87_263;
/// Operands of one chain of comparisons that do.
const COMPARISONS: usize = 116_355;
/// Branches of one `if` that do.
const BRANCHES: usize = 24_933;
/// A folded power with more bits than this takes CPython hours.
const POWER_BITS: f64 = 1e9;

/// The places where CPython does not come to an answer.
pub(crate) fn findings(module: &Module<'_>) -> Vec<Finding> {
    let mut limits = Limits {
        module,
        depths: Vec::new(),
        bits: Vec::new(),
        found: Vec::new(),
    };
    limits.exprs();
    limits.branches();
    module.findings(FindingKind::CPythonLimit, limits.found)
}

struct Limits<'m, 's> {
    module: &'m Module<'s>,
    /// Links of the chain that ends in each expression.
    depths: Vec<u32>,
    /// The binary logarithm of each constant.
    bits: Vec<Option<f64>>,
    found: Vec<(u32, &'static str, String)>,
}

impl Limits<'_, '_> {
    /// Operands come before what they are part of, so one pass suffices.
    fn exprs(&mut self) {
        for (id, expr) in self.module.exprs() {
            let kind = expr.kind;
            let depth = first_operand(kind).map_or(0, |first| self.depth(first) + 1);
            self.depths.push(depth);
            let bits = self.constant(id, kind);
            self.bits.push(bits);
            if depth == CHAIN || is_long_comparison(self.module, kind) {
                let message = "CPython overflows its stack on a chain of operators this long";
                self.add("cpython-crashes", message, expr.span.start);
            }
            if let ExprKind::Binary {
                op: BinaryOp::Pow, ..
            } = kind
                && bits.is_some_and(|bits| bits > POWER_BITS)
            {
                let message =
                    "CPython works this power out while it compiles, and does not come to an end";
                self.add("cpython-never-ends", message, expr.span.start);
            }
        }
    }

    fn depth(&self, id: ExprId) -> u32 {
        self.depths.get(id.index()).copied().unwrap_or(0)
    }

    /// The binary logarithm of what CPython folds to a number; sums are left out, they grow nothing.
    fn constant(&self, id: ExprId, kind: ExprKind) -> Option<f64> {
        let of = |id: ExprId| self.bits.get(id.index()).copied().flatten();
        match kind {
            ExprKind::Num { negative: false } => {
                number_bits(self.module.slice(self.module.expr(id).span))
            }
            ExprKind::Binary { op, left, right } => match op {
                BinaryOp::Mul => Some(of(left)? + of(right)?),
                BinaryOp::Pow => Some(of(left)? * of(right)?.exp2()),
                _ => None,
            },
            _ => None,
        }
    }

    fn branches(&mut self) {
        for (_, stmt) in self.module.stmts() {
            if let StmtKind::If { branches, .. } = stmt.kind
                && branches.len() >= BRANCHES
            {
                let message = "CPython overflows its stack on this many branches";
                self.add("cpython-crashes", message, stmt.span.start);
            }
        }
    }

    fn add(&mut self, id: &'static str, message: &str, at: u32) {
        self.found.push((at, id, message.to_owned()));
    }
}

/// What CPython descends into first, where a chain can grow without brackets.
fn first_operand(kind: ExprKind) -> Option<ExprId> {
    match kind {
        ExprKind::Binary { left, .. } => Some(left),
        ExprKind::Attribute { value, .. } | ExprKind::Subscript { value, .. } => Some(value),
        ExprKind::Call { func, .. } => Some(func),
        _ => None,
    }
}

fn is_long_comparison(module: &Module<'_>, kind: ExprKind) -> bool {
    matches!(kind, ExprKind::Compare { rest, .. } if module.list(rest).len() + 1 >= COMPARISONS)
}

/// The binary logarithm of an integer above 1. Powers of floats overflow at once, so these have none.
fn number_bits(digits: &[u8]) -> Option<f64> {
    let digits = digits.strip_suffix(b"l").unwrap_or(digits);
    let digits = digits.strip_suffix(b"L").unwrap_or(digits);
    let (radix, digits) = match digits {
        [b'0', b'x' | b'X', rest @ ..] => (16, rest),
        [b'0', b'o' | b'O', rest @ ..] => (8, rest),
        [b'0', b'b' | b'B', rest @ ..] => (2, rest),
        [b'0', rest @ ..] if !rest.is_empty() => (8, rest),
        _ => (10, digits),
    };
    let mut value = 0.0_f64;
    let mut bits_beyond = 0.0;
    for &digit in digits {
        let digit = char::from(digit).to_digit(radix)?;
        if value < 1e300 {
            value = value * f64::from(radix) + f64::from(digit);
        } else {
            bits_beyond += f64::from(radix).log2();
        }
    }
    (value > 1.0).then(|| value.log2() + bits_beyond)
}
