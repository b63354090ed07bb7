//! The tree -> the first error that CPython finds while it makes its own.
//!
//! CPython checks as it builds: assignment targets, arguments, parameters, literals. The order in which it visits a
//! statement's parts is part of the answer, and not always that of the text: the right sides of a comparison come before
//! the left one, `else` of a `for` before its target, the last `elif` first. This walk keeps that order with a stack of
//! its own, so no chain of operators can make it recurse.

mod arguments;
mod targets;

use crate::literals::{self, LiteralError};
use crate::tree::{
    Alias, Arg, Block, Comprehension, ExprId, ExprKind, List, Module, Name, Param, StmtId,
    StmtKind, StrId, Try,
};
use crate::verdict::{Error, ErrorClass};

/// Bytes of a message about a literal that CPython has room for.
const MAX_LITERAL_MESSAGE: usize = 127;

/// Checks a tree; the first error in CPython's order.
///
/// As errors are rare, every node is first looked at for itself, in the order of the pools; only when one is found is
/// the tree walked in CPython's order to learn which is the first.
pub(crate) fn check(module: &Module<'_>) -> Result<(), Error> {
    let mut checker = Checker {
        module,
        forbidden: ["None", "__debug__"].map(|text| module.find_name(text)),
        descends: false,
        tasks: Vec::new(),
    };
    if checker.every_node().is_ok() {
        return Ok(());
    }
    checker.descends = true;
    checker.tasks = vec![Task::Block(module.body(), 0)];
    checker.run_all()
}

/// Work that is still to do, the next on top.
#[derive(Clone, Copy)]
enum Task {
    Block(Block, usize),
    Expr(ExprId),
    /// The expression is assigned to; errors are on the line.
    Store(ExprId, u32),
    Delete(ExprId, u32),
    Augment(ExprId, u32),
    /// An argument and those after it.
    Args(List<Arg>, usize),
    /// The name of a keyword argument, once the expression that should be one was checked.
    Keyword(List<Arg>, usize),
    /// A parameter and those after it.
    Params(List<Param>, usize),
    /// The rest of a parameter whose default was checked.
    Param(List<Param>, usize),
    Forbid(Name, u32),
    BareYield(ExprId),
}

struct Checker<'m, 's> {
    module: &'m Module<'s>,
    /// `None` and `__debug__`, where the file has them.
    forbidden: [Option<Name>; 2],
    /// Whether what a node is made of is checked with it.
    descends: bool,
    tasks: Vec<Task>,
}

impl Checker<'_, '_> {
    /// Checks each node without what it is made of.
    fn every_node(&mut self) -> Result<(), Error> {
        for (id, expr) in self.module.exprs() {
            match expr.kind {
                ExprKind::Call { args, .. } if self.is_plain(args) => {}
                ExprKind::Str(_)
                | ExprKind::Call { .. }
                | ExprKind::Lambda(_)
                | ExprKind::ListComp { .. }
                | ExprKind::SetComp { .. }
                | ExprKind::Generator { .. }
                | ExprKind::DictComp(_) => {
                    self.expr(id)?;
                    self.run_all()?;
                }
                _ => {}
            }
        }
        for (id, _) in self.module.stmts() {
            self.stmt(id)?;
            self.run_all()?;
        }
        Ok(())
    }

    fn run_all(&mut self) -> Result<(), Error> {
        while let Some(task) = self.tasks.pop() {
            self.run(task)?;
        }
        Ok(())
    }

    fn run(&mut self, task: Task) -> Result<(), Error> {
        match task {
            Task::Block(block, at) => {
                if let Some(&stmt) = self.module.list(block).get(at) {
                    self.tasks.push(Task::Block(block, at + 1));
                    self.stmt(stmt)?;
                }
                Ok(())
            }
            Task::Expr(id) => self.expr(id),
            Task::Store(id, line) => self.assignable(id, line, true),
            Task::Delete(id, line) => self.assignable(id, line, false),
            Task::Augment(id, line) => self.augmentable(id, line),
            Task::Args(args, at) => self.arg(args, at),
            Task::Keyword(args, at) => self.keyword(args, at),
            Task::Params(params, at) => {
                self.param(params, at);
                Ok(())
            }
            Task::Param(params, at) => self.param_name(params, at),
            Task::Forbid(name, line) => self.forbid(name, line),
            Task::BareYield(id) => {
                let line = self.module.expr(id).line;
                Err(Error::on_line(
                    line,
                    "assignment to yield expression not possible",
                ))
            }
        }
    }

    /// Pushes an expression unless there is nothing in it to check.
    fn push(&mut self, id: ExprId) {
        if !self.descends {
            return;
        }
        match self.module.expr(id).kind {
            ExprKind::Name(_)
            | ExprKind::Num { .. }
            | ExprKind::Ellipsis
            | ExprKind::ImplicitNone => {}
            _ => self.tasks.push(Task::Expr(id)),
        }
    }

    fn push_list(&mut self, ids: List<ExprId>) {
        for &id in self.module.list(ids).iter().rev() {
            self.push(id);
        }
    }

    fn push_some(&mut self, ids: &[Option<ExprId>]) {
        for &id in ids.iter().rev().flatten() {
            self.push(id);
        }
    }

    fn push_block(&mut self, block: Block) {
        if self.descends && !block.is_empty() {
            self.tasks.push(Task::Block(block, 0));
        }
    }

    /// Pushes an expression that is assigned to, first read as any expression.
    fn push_store(&mut self, id: ExprId, line: u32) {
        self.tasks.push(Task::Store(id, line));
        self.push(id);
    }

    fn stmt(&mut self, id: StmtId) -> Result<(), Error> {
        match self.module.stmt(id).kind {
            StmtKind::Expr(value) => self.push(value),
            StmtKind::Assign { targets, value } => self.assign(targets, value),
            StmtKind::AugAssign { target, value, .. } => {
                let line = self.module.outer_line(target);
                self.push(value);
                self.tasks.push(Task::Augment(target, line));
                self.push_store(target, line);
            }
            StmtKind::Print { dest, values, .. } => {
                self.push_list(values);
                self.push_some(&[dest]);
            }
            StmtKind::Delete(targets) => {
                for &target in self.module.list(targets).iter().rev() {
                    self.tasks
                        .push(Task::Delete(target, self.module.outer_line(target)));
                    self.push(target);
                }
            }
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue | StmtKind::Global(_) => {}
            StmtKind::Return(value) => self.push_some(&[value]),
            StmtKind::Raise {
                kind,
                value,
                traceback,
            } => self.push_some(&[kind, value, traceback]),
            StmtKind::ImportFrom {
                names,
                bare_comma: true,
                ..
            } => {
                let line = self
                    .module
                    .list(names)
                    .first()
                    .map_or(0, |alias| alias.line);
                let message = "trailing comma not allowed without surrounding parentheses";
                return Err(Error::on_line(line, message));
            }
            StmtKind::Import(names) | StmtKind::ImportFrom { names, .. } => self.import(names),
            StmtKind::Exec {
                body,
                globals,
                locals,
            } => self.push_some(&[Some(body), globals, locals]),
            StmtKind::Assert { test, message } => self.push_some(&[Some(test), message]),
            _ => self.compound(id),
        }
        Ok(())
    }

    fn assign(&mut self, targets: List<ExprId>, value: ExprId) {
        self.push(value);
        for &target in self.module.list(targets).iter().rev() {
            let expr = self.module.expr(target);
            if matches!(expr.kind, ExprKind::Yield(_)) && !expr.parenthesised {
                self.tasks.push(Task::BareYield(target));
            } else {
                self.push_store(target, self.module.outer_line(target));
            }
        }
    }

    fn import(&mut self, names: List<Alias>) {
        for alias in self.module.list(names).iter().rev() {
            let bound = match (alias.as_name, self.module.list(alias.path)) {
                (Some(name), _) => Some((name, alias.as_line)),
                (None, &[name]) => Some((name, alias.line)),
                _ => None,
            };
            if let Some((name, line)) = bound {
                self.push_forbid(name, line);
            }
        }
    }

    fn push_forbid(&mut self, name: Name, line: u32) {
        if self.forbidden.contains(&Some(name)) {
            self.tasks.push(Task::Forbid(name, line));
        }
    }

    fn compound(&mut self, id: StmtId) {
        match self.module.stmt(id).kind {
            StmtKind::If { branches, orelse } if self.descends => {
                // The first branch is checked last, the others from the last on, and `else` with the last.
                let branches = self.module.list(branches);
                let (first, elifs) = branches
                    .split_first()
                    .map_or((None, branches), |(b, rest)| (Some(b), rest));
                let ordered = elifs.iter().rev().chain(first);
                for (k, branch) in ordered.enumerate().collect::<Vec<_>>().into_iter().rev() {
                    if k == 0 {
                        self.push_block(orelse);
                    }
                    self.push_block(branch.body);
                    self.push(branch.test);
                }
            }
            StmtKind::While { test, body, orelse } => {
                self.push_block(orelse);
                self.push_block(body);
                self.push(test);
            }
            StmtKind::For {
                target,
                iter,
                body,
                orelse,
            } => {
                self.push_block(body);
                self.push(iter);
                self.push_targets(target);
                self.push_block(orelse);
            }
            StmtKind::Try(id) => self.try_(self.module.try_(id)),
            StmtKind::With { items, body } => {
                for item in self.module.list(items) {
                    if let Some(target) = item.target {
                        self.push_store(target, item.line);
                    }
                    self.push(item.context);
                }
                self.push_block(body);
            }
            StmtKind::FunctionDef(id) => {
                let function = self.module.function(id);
                self.push_block(function.body);
                self.tasks.push(Task::Params(function.params, 0));
                self.push_forbid(function.name, function.name_line);
                self.push_list(function.decorators);
            }
            StmtKind::ClassDef(id) => {
                let class = self.module.class(id);
                self.push_block(class.body);
                self.push_list(class.bases);
                self.push_forbid(class.name, class.class_line);
                self.push_list(class.decorators);
            }
            _ => {}
        }
    }

    fn try_(&mut self, parts: &Try) {
        for handler in self.module.list(parts.handlers).iter().rev() {
            self.push_block(handler.body);
            self.push_some(&[handler.kind]);
            if let Some(target) = handler.target {
                self.push_store(target, self.module.outer_line(target));
            }
        }
        self.push_block(parts.finally);
        self.push_block(parts.orelse);
        self.push_block(parts.body);
    }

    fn expr(&mut self, id: ExprId) -> Result<(), Error> {
        match self.module.expr(id).kind {
            ExprKind::Name(_)
            | ExprKind::Num { .. }
            | ExprKind::Ellipsis
            | ExprKind::ImplicitNone => {}
            ExprKind::Str(string) => self.string(id, string)?,
            ExprKind::Tuple(items)
            | ExprKind::List(items)
            | ExprKind::Set(items)
            | ExprKind::Dict(items)
            | ExprKind::ExtSlice(items)
            | ExprKind::Bool { values: items, .. } => self.push_list(items),
            ExprKind::Repr(value)
            | ExprKind::Unary { operand: value, .. }
            | ExprKind::Attribute { value, .. } => self.push(value),
            ExprKind::Yield(value) => self.push_some(&[value]),
            ExprKind::Call { func, args } => {
                if !args.is_empty() {
                    self.tasks.push(Task::Args(args, 0));
                }
                self.push(func);
            }
            ExprKind::Subscript { value, index } => self.push_some(&[Some(value), Some(index)]),
            ExprKind::Binary { left, right, .. } => self.push_some(&[Some(left), Some(right)]),
            ExprKind::Compare { left, rest } => {
                self.push(left);
                for comparison in self.module.list(rest).iter().rev() {
                    self.push(comparison.right);
                }
            }
            ExprKind::Lambda(lambda) => {
                let lambda = self.module.lambda(lambda);
                self.push(lambda.body);
                self.tasks.push(Task::Params(lambda.params, 0));
            }
            ExprKind::Conditional { test, body, orelse } => {
                self.push_some(&[Some(body), Some(test), Some(orelse)]);
            }
            ExprKind::ListComp { element, fors }
            | ExprKind::SetComp { element, fors }
            | ExprKind::Generator { element, fors } => {
                self.push_fors(fors);
                self.push(element);
            }
            ExprKind::DictComp(comp) => {
                let comp = self.module.dict_comp(comp);
                self.push_fors(comp.fors);
                self.push_some(&[Some(comp.key), Some(comp.value)]);
            }
            ExprKind::Slice { lower, upper, step } => self.push_some(&[lower, upper, step]),
        }
        Ok(())
    }

    fn push_fors(&mut self, fors: List<Comprehension>) {
        for comp in self.module.list(fors).iter().rev() {
            self.push_list(comp.ifs);
            self.push(comp.iter);
            self.push_targets(comp.target);
        }
    }

    fn string(&mut self, id: ExprId, string: StrId) -> Result<(), Error> {
        if !literals::may_fail(self.module, string) {
            return Ok(());
        }
        match literals::value(self.module, string) {
            Ok(_) => Ok(()),
            Err(LiteralError::Value(message)) => {
                Err(Error::without_place(ErrorClass::ValueError, message))
            }
            Err(LiteralError::Unicode(message)) => {
                let mut message = format!("(unicode error) {message}");
                // A codec's message is ASCII.
                let room = message.len().min(MAX_LITERAL_MESSAGE);
                message.truncate(room);
                Err(Error::on_line(self.module.expr(id).line, message))
            }
        }
    }
}
