//! What is assigned to or deleted.

use super::{Checker, Task};
use crate::tree::{ExprId, ExprKind, Name};
use crate::verdict::Error;

impl Checker<'_, '_> {
    /// Pushes what a `for` assigns to: each item of a bare tuple is a target of its own.
    pub(super) fn push_targets(&mut self, target: ExprId) {
        match self.module.expr(target).kind {
            ExprKind::Tuple(items) if !self.module.expr(target).parenthesised => {
                for &item in self.module.list(items).iter().rev() {
                    self.push_store(item, self.module.outer_line(item));
                }
            }
            _ => self.push_store(target, self.module.outer_line(target)),
        }
    }

    pub(super) fn forbid(&self, name: Name, line: u32) -> Result<(), Error> {
        if self.forbidden.contains(&Some(name)) {
            return Err(Error::on_line(
                line,
                format!("cannot assign to {}", self.module.name(name)),
            ));
        }
        Ok(())
    }

    /// Whether something can stand left of `=`, or after `del`; the parts of a tuple or list in turn.
    pub(super) fn assignable(&mut self, id: ExprId, line: u32, store: bool) -> Result<(), Error> {
        let what = match self.module.expr(id).kind {
            ExprKind::Name(name) | ExprKind::Attribute { name, .. } => {
                return if store {
                    self.forbid(name, line)
                } else {
                    Ok(())
                };
            }
            ExprKind::Tuple(items) | ExprKind::List(items)
                if !items.is_empty() || matches!(self.module.expr(id).kind, ExprKind::List(_)) =>
            {
                for &item in self.module.list(items).iter().rev() {
                    self.tasks.push(if store {
                        Task::Store(item, line)
                    } else {
                        Task::Delete(item, line)
                    });
                }
                return Ok(());
            }
            ExprKind::Subscript { .. } => return Ok(()),
            kind => described(kind),
        };
        let verb = if store { "assign to" } else { "delete" };
        Err(Error::on_line(line, format!("can't {verb} {what}")))
    }

    pub(super) fn augmentable(&self, id: ExprId, line: u32) -> Result<(), Error> {
        match self.module.expr(id).kind {
            ExprKind::Name(_) | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => Ok(()),
            _ => Err(Error::on_line(
                line,
                "illegal expression for augmented assignment",
            )),
        }
    }
}

/// What CPython calls an expression that cannot be assigned to.
fn described(kind: ExprKind) -> &'static str {
    match kind {
        ExprKind::Tuple(_) => "()",
        ExprKind::Lambda(_) => "lambda",
        ExprKind::Call { .. } => "function call",
        ExprKind::Bool { .. } | ExprKind::Binary { .. } | ExprKind::Unary { .. } => "operator",
        ExprKind::Generator { .. } => "generator expression",
        ExprKind::Yield(_) => "yield expression",
        ExprKind::ListComp { .. } => "list comprehension",
        ExprKind::SetComp { .. } => "set comprehension",
        ExprKind::DictComp(_) => "dict comprehension",
        ExprKind::Dict(_) | ExprKind::Set(_) | ExprKind::Num { .. } | ExprKind::Str(_) => "literal",
        ExprKind::Compare { .. } => "comparison",
        ExprKind::Repr(_) => "repr",
        ExprKind::Conditional { .. } => "conditional expression",
        // What is left can be assigned to, or stands in no place where that is asked.
        _ => "expression",
    }
}
