//! The tree of a source that 2.7 accepts -> what Python 3 would read differently.

use crate::tree::{ExprId, ExprKind, List, Module, StmtKind};
use crate::{Finding, FindingKind};

/// The words that are names to 2.7 and keywords or constants to Python 3.
const LATER_KEYWORDS: [&str; 5] = ["True", "False", "nonlocal", "async", "await"];

/// The notes on a module, in the order of their lines.
pub(crate) fn notes(module: &Module<'_>) -> Vec<Finding> {
    let mut notes = Notes {
        module,
        found: Vec::new(),
    };
    for (_, stmt) in module.stmts() {
        notes.stmt(stmt.kind, stmt.span.start);
    }
    notes.exprs();
    module.findings(FindingKind::OtherMeaning, notes.found)
}

struct Notes<'m, 's> {
    module: &'m Module<'s>,
    found: Vec<(u32, &'static str, String)>,
}

impl Notes<'_, '_> {
    fn add(&mut self, at: u32, id: &'static str, message: impl Into<String>) {
        self.found.push((at, id, message.into()));
    }

    fn stmt(&mut self, kind: StmtKind, at: u32) {
        match kind {
            StmtKind::Print {
                dest: None, values, ..
            } => self.print(values, at),
            StmtKind::With { items, .. } => {
                if let [item] = self.module.list(items)
                    && item.target.is_none()
                    && self.is_tuple(item.context)
                {
                    self.add(
                        at,
                        "with-tuple",
                        "`with (a, b):` is a tuple here, not two context managers",
                    );
                }
            }
            StmtKind::Assign { targets, .. } => self.targets(targets),
            StmtKind::AugAssign { target, .. } | StmtKind::For { target, .. } => {
                self.target(target);
            }
            StmtKind::FunctionDef(id) => {
                let function = self.module.function(id);
                self.name(self.module.name(function.name), function.name_span.start);
            }
            _ => {}
        }
    }

    fn is_tuple(&self, id: ExprId) -> bool {
        let expr = self.module.expr(id);
        expr.parenthesised && matches!(expr.kind, ExprKind::Tuple(items) if !items.is_empty())
    }

    fn print(&mut self, values: List<ExprId>, at: u32) {
        let [value] = self.module.list(values) else {
            return;
        };
        let expr = self.module.expr(*value);
        match expr.kind {
            ExprKind::Tuple(items) if expr.parenthesised && items.is_empty() => {
                self.add(
                    at,
                    "print-tuple",
                    "`print()` writes `()` here, an empty tuple",
                );
            }
            ExprKind::Tuple(_) if expr.parenthesised => {
                self.add(
                    at,
                    "print-tuple",
                    "`print(a, b)` writes a tuple here, with parentheses and quotes",
                );
            }
            _ => {}
        }
    }

    fn targets(&mut self, targets: List<ExprId>) {
        for &target in self.module.list(targets) {
            self.target(target);
        }
    }

    fn target(&mut self, target: ExprId) {
        let mut open = vec![target];
        while let Some(id) = open.pop() {
            let expr = self.module.expr(id);
            match expr.kind {
                ExprKind::Tuple(items) | ExprKind::List(items) => {
                    open.extend_from_slice(self.module.list(items));
                }
                ExprKind::Name(name) => self.name(self.module.name(name), expr.span.start),
                _ => {}
            }
        }
    }

    fn name(&mut self, name: &str, at: u32) {
        if LATER_KEYWORDS.contains(&name) {
            self.add(
                at,
                "keyword-as-name",
                format!("`{name}` is an ordinary name here and can be assigned to"),
            );
        }
    }

    fn exprs(&mut self) {
        let super_name = self.module.find_name("super");
        for (_, expr) in self.module.exprs() {
            match expr.kind {
                ExprKind::Call { func, args } if args.is_empty() => {
                    let callee = self.module.expr(func).kind;
                    if super_name.is_some_and(|name| callee == ExprKind::Name(name)) {
                        let message = "`super()` needs the class and the instance here, and fails at run time";
                        self.add(expr.span.start, "super-without-arguments", message);
                    }
                }
                ExprKind::Str(id) => {
                    let pieces = self.module.list(self.module.string(id).pieces);
                    if pieces
                        .iter()
                        .any(|piece| piece.bytes && !self.module.slice(piece.body).is_ascii())
                    {
                        let message = "a `b''` literal may hold bytes beyond ASCII here";
                        self.add(expr.span.start, "bytes-beyond-ascii", message);
                    }
                }
                _ => {}
            }
        }
    }
}
