//! What the sandbox refuses when the line is reached.
//!
//! The file loads, and the line raises: so these are warnings. A name that the file binds anywhere is taken to be the
//! file's own, and a builtin that is tried under `except NameError` is taken to be known to be missing.

use python27::tree::{BinaryOp, Comprehension, ExprId, ExprKind, List, Module, StmtKind};

use crate::finding::Found;
use crate::names::Names;
use crate::outcome::Sandbox;
use crate::rules::{self, Rule};

/// Builtins of Python 2.7 that no plug-in has.
const MISSING: &[&str] = &[
    "open",
    "file",
    "any",
    "all",
    "sum",
    "next",
    "iter",
    "bytes",
    "bytearray",
    "frozenset",
    "slice",
    "format",
    "bin",
    "globals",
    "locals",
    "vars",
    "eval",
    "compile",
    "execfile",
    "input",
    "raw_input",
    "reload",
    "coerce",
    "intern",
    "buffer",
    "memoryview",
    "exit",
    "quit",
    "help",
    "NotImplemented",
    "Ellipsis",
    "apply",
];
/// Those that the policy Elevated brings back.
const MISSING_UNLESS_ELEVATED: &[&str] = &["type", "getattr", "hasattr", "dir", "super"];
/// Attributes that restricted mode of Python 2 refuses.
const RESTRICTED_ATTRIBUTES: &[&str] = &["func_globals"];

/// Adds what fails at run time.
pub(crate) fn check(names: &Names<'_, '_>, sandbox: Sandbox, found: &mut Vec<Found>) {
    let mut runtime = Runtime {
        names,
        module: names.module,
        sandbox,
        guarded: guarded(names.module),
        found,
    };
    for (_, stmt) in names.module.stmts() {
        runtime.stmt(stmt.kind, stmt.span.start);
    }
    for (id, expr) in names.module.exprs() {
        runtime.expr(id, expr.kind, expr.span.start);
    }
}

struct Runtime<'a, 'm, 's> {
    names: &'a Names<'m, 's>,
    module: &'m Module<'s>,
    sandbox: Sandbox,
    /// Stretches of text where a `NameError` is expected.
    guarded: Vec<(u32, u32)>,
    found: &'a mut Vec<Found>,
}

/// From each `try` to its first handler, where a handler names `NameError`.
fn guarded(module: &Module<'_>) -> Vec<(u32, u32)> {
    let mut stretches = Vec::new();
    for (_, stmt) in module.stmts() {
        let StmtKind::Try(id) = stmt.kind else {
            continue;
        };
        let handlers = module.list(module.try_(id).handlers);
        let expects = handlers.iter().any(|handler| {
            let head = module.slice(handler.span);
            memchr::memmem::find(head, b"NameError").is_some()
        });
        if let (true, Some(first)) = (expects, handlers.first()) {
            stretches.push((stmt.span.start, first.span.start));
        }
    }
    stretches
}

impl Runtime<'_, '_, '_> {
    fn add(&mut self, rule: &'static Rule, at: u32, message: impl Into<String>) {
        self.found.push(Found {
            rule,
            at,
            message: message.into(),
        });
    }

    fn stmt(&mut self, kind: StmtKind, at: u32) {
        match kind {
            StmtKind::AugAssign { target, op, .. } if op != BinaryOp::Add => {
                if matches!(self.module.expr(target).kind, ExprKind::Name(_)) {
                    let message = format!(
                        "FrameworkException: Operator '{}=' is not supported",
                        spelled(op)
                    );
                    self.add(&rules::SANDBOX_OPERATOR, at, message);
                }
            }
            StmtKind::For { iter, .. } => self.iterated(iter),
            StmtKind::Assign { targets, value } => {
                let unpacks = self.module.list(targets).iter().any(|&target| {
                    matches!(
                        self.module.expr(target).kind,
                        ExprKind::Tuple(_) | ExprKind::List(_)
                    )
                });
                if unpacks {
                    self.iterated(value);
                }
            }
            StmtKind::ImportFrom { module, names, .. }
                if self.module.dotted(module) == "__builtin__" =>
            {
                for alias in self.module.list(names) {
                    let name = self.module.dotted(alias.path);
                    if name == "open" || name == "file" {
                        let message =
                            "IOError: file() constructor not accessible in restricted mode";
                        self.add(&rules::SANDBOX_BUILTIN_IMPORT, alias.span.start, message);
                    }
                }
            }
            _ => {}
        }
    }

    fn expr(&mut self, id: ExprId, kind: ExprKind, at: u32) {
        match kind {
            ExprKind::Name(name)
                if !self.names.is_label(id)
                    && !self.names.is_store(id)
                    && !self.names.may_be_bound(name) =>
            {
                let text = self.module.name(name).to_owned();
                self.builtin(&text, at);
            }
            ExprKind::ListComp { fors, .. }
            | ExprKind::SetComp { fors, .. }
            | ExprKind::Generator { fors, .. } => self.comprehension(fors),
            ExprKind::DictComp(id) => self.comprehension(self.module.dict_comp(id).fors),
            ExprKind::Attribute { name, .. } => {
                let text = self.module.name(name);
                if RESTRICTED_ATTRIBUTES.contains(&text) {
                    self.add(
                        &rules::SANDBOX_RESTRICTED_ATTRIBUTE,
                        at,
                        format!("RuntimeError: restricted attribute ({text})"),
                    );
                }
            }
            ExprKind::Str(id) if !self.sandbox.plugin_is_elevated => {
                let is_server = self
                    .module
                    .string_value(id)
                    .is_some_and(|value| names_server(&value.bytes));
                if is_server {
                    let message = "Accessing the media server's HTTP interface is not permitted.";
                    self.add(&rules::SANDBOX_SERVER_HTTP, at, message);
                }
            }
            _ => {}
        }
    }

    fn builtin(&mut self, name: &str, at: u32) {
        let is_missing = MISSING.contains(&name)
            || !self.sandbox.is_elevated && MISSING_UNLESS_ELEVATED.contains(&name);
        let is_expected = self
            .guarded
            .iter()
            .any(|&(start, end)| (start..end).contains(&at));
        if is_missing && !is_expected {
            let message = format!("NameError: global name '{name}' is not defined");
            self.add(&rules::SANDBOX_BUILTIN, at, message);
        }
    }

    fn comprehension(&mut self, fors: List<Comprehension>) {
        for part in self.module.list(fors) {
            self.iterated(part.iter);
        }
    }

    fn iterated(&mut self, iter: ExprId) {
        let expr = self.module.expr(iter);
        let ExprKind::Str(id) = expr.kind else {
            return;
        };
        let kind = match self.module.string_value(id) {
            Some(value) if value.unicode => "unicode",
            _ => "str",
        };
        let message = format!("AttributeError: '{kind}' object has no attribute '__iter__'");
        self.add(&rules::SANDBOX_ITERATE_STRING, expr.span.start, message);
    }
}

/// Whether a text is an address of the media server.
fn names_server(text: &[u8]) -> bool {
    let Some(rest) = text
        .strip_prefix(b"http://")
        .or_else(|| text.strip_prefix(b"https://"))
    else {
        return false;
    };
    let host = rest.split(|&b| b == b'/').next().unwrap_or_default();
    host.ends_with(b":32400")
}

fn spelled(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
        BinaryOp::FloorDiv => "//",
        BinaryOp::Mod => "%",
        BinaryOp::Pow => "**",
        BinaryOp::LeftShift => "<<",
        BinaryOp::RightShift => ">>",
        BinaryOp::BitAnd => "&",
        BinaryOp::BitXor => "^",
        BinaryOp::BitOr => "|",
    }
}
