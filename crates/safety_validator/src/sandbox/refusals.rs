//! What `RestrictedPython` refuses to compile, in its own words.
//!
//! It checks names where they are used, bound or defined; it does not look at `from _x import _y`, `global _x`, or the
//! keywords of a call. It stops at its first refusal; here all are told.

use python27::tree::{Alias, ExprId, ExprKind, List, Module, Param, ParamTarget, Span, StmtKind};

use crate::finding::Found;
use crate::names::Names;
use crate::rules::{self, Rule};

/// Underscore names that every plug-in may use.
const ALWAYS: [&str; 4] = ["__init__", "__call__", "__str__", "__repr__"];
/// Those that the policy Elevated adds.
const ELEVATED: [&str; 14] = [
    "__getitem__",
    "__getattr__",
    "__getattribute__",
    "__setitem__",
    "__setattr__",
    "__delitem__",
    "__delattr__",
    "__iter__",
    "__len__",
    "__name__",
    "__eq__",
    "__ne__",
    "__enter__",
    "__exit__",
];

/// Adds the refusals of a file.
pub(crate) fn check(names: &Names<'_, '_>, is_elevated: bool, found: &mut Vec<Found>) {
    let mut refusals = Refusals {
        names,
        module: names.module,
        is_elevated,
        found,
    };
    for (_, stmt) in names.module.stmts() {
        refusals.stmt(stmt.kind, stmt.span);
    }
    for (id, expr) in names.module.exprs() {
        refusals.expr(id, expr.kind, expr.span);
    }
}

struct Refusals<'a, 'm, 's> {
    names: &'a Names<'m, 's>,
    module: &'m Module<'s>,
    is_elevated: bool,
    found: &'a mut Vec<Found>,
}

impl Refusals<'_, '_, '_> {
    fn add(&mut self, rule: &'static Rule, at: u32, message: impl Into<String>) {
        self.found.push(Found {
            rule,
            at,
            message: message.into(),
        });
    }

    fn stmt(&mut self, kind: StmtKind, span: Span) {
        match kind {
            StmtKind::FunctionDef(id) => {
                let function = self.module.function(id);
                let name = self.module.name(function.name).to_owned();
                self.name(&name, function.name_span.start);
                self.params(function.params, function.name_span.start);
            }
            StmtKind::ClassDef(id) => {
                let class = self.module.class(id);
                let name = self.module.name(class.name).to_owned();
                self.name(&name, class.name_span.start);
            }
            StmtKind::Import(aliases) => self.import(aliases),
            StmtKind::AugAssign { target, .. } => self.augmented(target, span.start),
            StmtKind::Exec { .. } => {
                self.add(
                    &rules::SANDBOX_EXEC,
                    span.start,
                    "Exec statements are not allowed.",
                );
            }
            _ => {}
        }
    }

    fn expr(&mut self, id: ExprId, kind: ExprKind, span: Span) {
        match kind {
            ExprKind::Name(name) if !self.names.is_label(id) => {
                let text = self.module.name(name).to_owned();
                // Reading `printed` gives what was printed so far; only assigning to it is refused.
                if text != "printed" || self.names.is_store(id) {
                    self.name(&text, span.start);
                }
            }
            ExprKind::Attribute { name, .. } => {
                let text = self.module.name(name).to_owned();
                let length = u32::try_from(text.len()).unwrap_or(0);
                self.attribute(&text, span.end.saturating_sub(length));
            }
            ExprKind::Lambda(id) => self.params(self.module.lambda(id).params, span.start),
            ExprKind::Yield(_) => {
                self.add(
                    &rules::SANDBOX_YIELD,
                    span.start,
                    "Yield statements are not allowed.",
                );
            }
            _ => {}
        }
    }

    /// A parameter is told on the line of its function, as `RestrictedPython` has it.
    fn params(&mut self, params: List<Param>, function: u32) {
        for param in self.module.list(params) {
            // The names inside a tuple are expressions, which are looked at by themselves.
            if let ParamTarget::Name(name) = param.target {
                let text = self.module.name(name).to_owned();
                let length = u32::try_from(text.len()).unwrap_or(0);
                let at = param.span.end.saturating_sub(length);
                let between = self.module.slice(Span {
                    start: function,
                    end: at,
                });
                let is_on_line = memchr::memchr(b'\n', between).is_none();
                self.name(&text, if is_on_line { at } else { function });
            }
        }
    }

    fn import(&mut self, aliases: List<Alias>) {
        for alias in self.module.list(aliases) {
            let path = self.module.dotted(alias.path);
            self.name(&path, alias.span.start);
            if let Some(name) = alias.as_name {
                let text = self.module.name(name).to_owned();
                self.name(&text, alias.span.start);
            }
        }
    }

    fn augmented(&mut self, target: ExprId, at: u32) {
        match self.module.expr(target).kind {
            ExprKind::Attribute { .. } => self.add(
                &rules::SANDBOX_AUGMENTED_ATTRIBUTE,
                at,
                "Augmented assignment of attributes is not allowed.",
            ),
            ExprKind::Subscript { .. } => self.add(
                &rules::SANDBOX_AUGMENTED_ITEM,
                at,
                "Augmented assignment of object items and slices is not allowed.",
            ),
            _ => {}
        }
    }

    fn is_allowed(&self, name: &str) -> bool {
        ALWAYS.contains(&name) || self.is_elevated && ELEVATED.contains(&name)
    }

    fn name(&mut self, name: &str, at: u32) {
        if name.starts_with('_') && name != "_" && !self.is_allowed(name) {
            let message =
                format!("\"{name}\" is an invalid variable name because it starts with \"_\"");
            self.add(&rules::SANDBOX_NAME, at, message);
        }
        if name.ends_with("__roles__") {
            let message = format!(
                "\"{name}\" is an invalid variable name because it ends with \"__roles__\"."
            );
            self.add(&rules::SANDBOX_ROLES, at, message);
        }
        if name == "printed" {
            self.add(
                &rules::SANDBOX_PRINTED,
                at,
                "\"printed\" is a reserved name.",
            );
        }
    }

    fn attribute(&mut self, name: &str, at: u32) {
        if name.starts_with('_') && name != "_" && !self.is_allowed(name) {
            let message =
                format!("\"{name}\" is an invalid attribute name because it starts with \"_\".");
            self.add(&rules::SANDBOX_ATTRIBUTE, at, message);
        }
        if name.ends_with("__roles__") {
            let message = format!(
                "\"{name}\" is an invalid attribute name because it ends with \"__roles__\"."
            );
            self.add(&rules::SANDBOX_ROLES, at, message);
        }
    }
}
