//! A tree -> what its names stand for: imports, bindings, and which names are only labels.
//!
//! Scopes are not told apart: a name that is bound anywhere in the file counts as bound everywhere. That errs on the
//! side of silence, which is what the checks want.

use std::collections::{HashMap, HashSet};

use python27::tree::{
    Alias, ArgKind, Comprehension, ExprId, ExprKind, List, Module, Name, Param, ParamTarget,
    StmtId, StmtKind,
};

/// What is known of the names of one file.
#[derive(Debug)]
pub(crate) struct Names<'m, 's> {
    pub(crate) module: &'m Module<'s>,
    /// Names before `=` in calls, which are no variables.
    labels: HashSet<ExprId>,
    /// Names that are assigned to or deleted where they stand.
    stores: HashSet<ExprId>,
    bound: HashMap<Name, Bound>,
    /// Modules of `from m import *`.
    stars: Vec<String>,
}

/// How a name is bound.
#[derive(Debug, Default)]
struct Bound {
    times: u32,
    /// The value, when it is a plain assignment.
    value: Option<ExprId>,
    /// What is imported under it, with dots.
    import: Option<String>,
}

impl<'m, 's> Names<'m, 's> {
    pub(crate) fn of(module: &'m Module<'s>) -> Self {
        let mut names = Self {
            module,
            labels: HashSet::new(),
            stores: HashSet::new(),
            bound: HashMap::new(),
            stars: Vec::new(),
        };
        for (_, stmt) in module.stmts() {
            names.stmt(stmt.kind);
        }
        for (_, expr) in module.exprs() {
            names.expr(expr.kind);
        }
        names
    }

    fn stmt(&mut self, kind: StmtKind) {
        let module = self.module;
        match kind {
            StmtKind::Assign { targets, value } => {
                for &target in module.list(targets) {
                    self.target(target, Some(value));
                }
            }
            StmtKind::AugAssign { target, .. } | StmtKind::For { target, .. } => {
                self.target(target, None);
            }
            StmtKind::Delete(targets) => {
                for &target in module.list(targets) {
                    self.target(target, None);
                }
            }
            StmtKind::With { items, .. } => {
                for target in module.list(items).iter().filter_map(|item| item.target) {
                    self.target(target, None);
                }
            }
            StmtKind::Try(id) => {
                for target in module
                    .list(module.try_(id).handlers)
                    .iter()
                    .filter_map(|handler| handler.target)
                {
                    self.target(target, None);
                }
            }
            StmtKind::Import(aliases) => self.import(aliases),
            StmtKind::ImportFrom {
                module: from,
                names,
                ..
            } => self.import_from(&module.dotted(from), names),
            StmtKind::Global(list) => {
                for &name in module.list(list) {
                    self.bind(name);
                }
            }
            StmtKind::FunctionDef(id) => {
                let function = module.function(id);
                self.bind(function.name);
                self.params(function.params);
            }
            StmtKind::ClassDef(id) => {
                self.bind(module.class(id).name);
            }
            _ => {}
        }
    }

    fn expr(&mut self, kind: ExprKind) {
        let module = self.module;
        match kind {
            ExprKind::Call { args, .. } => {
                for arg in module.list(args) {
                    if let ArgKind::Keyword(label) = arg.kind {
                        self.labels.insert(label);
                    }
                }
            }
            ExprKind::Lambda(id) => self.params(module.lambda(id).params),
            ExprKind::ListComp { fors, .. }
            | ExprKind::SetComp { fors, .. }
            | ExprKind::Generator { fors, .. } => self.comprehension(fors),
            ExprKind::DictComp(id) => self.comprehension(module.dict_comp(id).fors),
            _ => {}
        }
    }

    fn comprehension(&mut self, fors: List<Comprehension>) {
        for part in self.module.list(fors) {
            self.target(part.target, None);
        }
    }

    fn params(&mut self, params: List<Param>) {
        for param in self.module.list(params) {
            match param.target {
                ParamTarget::Name(name) => {
                    self.bind(name);
                }
                ParamTarget::Tuple(id) => self.target(id, None),
            }
        }
    }

    fn import(&mut self, aliases: List<Alias>) {
        for alias in self.module.list(aliases) {
            let path = self.module.dotted(alias.path);
            let Some(&first) = self.module.list(alias.path).first() else {
                continue;
            };
            let (name, import) = match alias.as_name {
                Some(name) => (name, path),
                None => (first, self.module.name(first).to_owned()),
            };
            self.bind(name).import = Some(import);
        }
    }

    fn import_from(&mut self, from: &str, aliases: List<Alias>) {
        for alias in self.module.list(aliases) {
            let Some(&first) = self.module.list(alias.path).first() else {
                self.stars.push(from.to_owned());
                continue;
            };
            let import = format!("{from}.{}", self.module.name(first));
            self.bind(alias.as_name.unwrap_or(first)).import = Some(import);
        }
    }

    fn target(&mut self, target: ExprId, value: Option<ExprId>) {
        let mut open = vec![(target, value)];
        while let Some((id, value)) = open.pop() {
            match self.module.expr(id).kind {
                ExprKind::Name(name) => {
                    self.stores.insert(id);
                    self.bind(name).value = value;
                }
                ExprKind::Tuple(items) | ExprKind::List(items) => {
                    let items = self.module.list(items);
                    open.extend(items.iter().map(|&item| (item, None)));
                }
                _ => {}
            }
        }
    }

    fn bind(&mut self, name: Name) -> &mut Bound {
        let bound = self.bound.entry(name).or_default();
        bound.times += 1;
        bound
    }

    /// Whether the name before `=` in a call, which is no variable.
    pub(crate) fn is_label(&self, id: ExprId) -> bool {
        self.labels.contains(&id)
    }

    /// Whether a name is assigned to or deleted where it stands.
    pub(crate) fn is_store(&self, id: ExprId) -> bool {
        self.stores.contains(&id)
    }

    /// Whether the file binds a name anywhere, or might with a `from m import *`.
    pub(crate) fn may_be_bound(&self, name: Name) -> bool {
        self.bound.contains_key(&name) || !self.stars.is_empty()
    }

    /// The value of a name that the whole file binds once.
    pub(crate) fn only_value(&self, name: Name) -> Option<ExprId> {
        let bound = self.bound.get(&name)?;
        bound.value.filter(|_| bound.times == 1)
    }

    /// What a name or an attribute of one stands for, imports resolved: `os.system` for `s` after
    /// `from os import system as s`. `None` when the file gives the name another meaning.
    pub(crate) fn qualified(&self, id: ExprId) -> Option<String> {
        let mut parts = Vec::new();
        let mut at = id;
        loop {
            match self.module.expr(at).kind {
                ExprKind::Attribute { value, name } => {
                    parts.push(self.module.name(name));
                    at = value;
                }
                ExprKind::Name(name) => {
                    let mut whole = self.meaning(name)?;
                    for part in parts.iter().rev() {
                        whole.push('.');
                        whole.push_str(part);
                    }
                    return Some(whole);
                }
                _ => return None,
            }
        }
    }

    fn meaning(&self, name: Name) -> Option<String> {
        let spelled = self.module.name(name).to_owned();
        match self.bound.get(&name) {
            Some(bound) => bound.import.clone(),
            None => match self.stars.as_slice() {
                // A bare name may come from the only star import there is.
                [from] => Some(match from.as_str() {
                    "os" | "subprocess" | "shutil" | "commands" if spelled != *from => {
                        format!("{from}.{spelled}")
                    }
                    _ => spelled,
                }),
                _ => Some(spelled),
            },
        }
    }

    /// The statements that a docstring or another idle string stands in for.
    pub(crate) fn idle_strings(&self) -> impl Iterator<Item = (StmtId, ExprId)> {
        self.module
            .stmts()
            .filter_map(|(id, stmt)| match stmt.kind {
                StmtKind::Expr(expr) if matches!(self.module.expr(expr).kind, ExprKind::Str(_)) => {
                    Some((id, expr))
                }
                _ => None,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn callees(source: &str) -> Vec<Option<String>> {
        let analysis = python27::analyse(source.as_bytes(), "a.py");
        let module = analysis.tree.unwrap();
        let names = Names::of(&module);
        module
            .exprs()
            .filter_map(|(_, expr)| match expr.kind {
                ExprKind::Call { func, .. } => Some(names.qualified(func)),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn imports_are_resolved() {
        for (source, expected) in [
            ("import os\nos.system('x')\n", Some("os.system")),
            ("import os as o\no.system('x')\n", Some("os.system")),
            ("from os import system as s\ns('x')\n", Some("os.system")),
            ("import os.path\nos.system('x')\n", Some("os.system")),
            (
                "from subprocess import *\ncall('x')\n",
                Some("subprocess.call"),
            ),
            ("os.system('x')\n", Some("os.system")),
            ("os = fake()\n", Some("fake")),
            ("def system(x): pass\nsystem('x')\n", None),
            ("x()()\n", Some("x")),
        ] {
            let found = callees(source);
            assert_eq!(found[0].as_deref(), expected, "{source:?}");
        }
    }

    #[test]
    fn a_name_bound_twice_has_no_value() {
        let analysis = python27::analyse(b"a = 1\nb = 2\nb = 3\ndef f(c=1): pass\n", "a.py");
        let module = analysis.tree.unwrap();
        let names = Names::of(&module);
        let known = |name| names.only_value(module.find_name(name).unwrap()).is_some();
        assert_eq!([known("a"), known("b"), known("c")], [true, false, false]);
    }
}
