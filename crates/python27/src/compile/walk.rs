//! The walk over statements, and over expressions when lines are wanted.

use super::constant;
use crate::future::LATE;
use crate::symtable::Facts;
use crate::tree::{
    ArgKind, Block, Branch, Comprehension, ExprId, ExprKind, FunctionId, List, Module, Name, Param,
    Stmt, StmtKind, TryId, WithItem,
};
use crate::verdict::{Error, ErrorClass};

/// CPython's limit on blocks within blocks in one code object.
const MAX_BLOCKS: usize = 20;

/// Walks a module; `every_expression` to know lines and to find stray `yield`s.
pub(super) fn walk(
    module: &Module<'_>,
    facts: &Facts,
    future_line: u32,
    every_expression: bool,
) -> Result<(), Error> {
    let mut walker = Walker {
        module,
        facts,
        future: module.find_name("__future__"),
        future_line,
        every_expression,
        units: vec![Unit {
            kind: UnitKind::Module,
            line: 0,
            blocks: Vec::new(),
        }],
        tasks: vec![Task::Block(module.body(), 0)],
    };
    while let Some(task) = walker.tasks.pop() {
        walker.run(task)?;
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum UnitKind {
    Module,
    Class,
    Function,
}

/// A code object in the making.
struct Unit {
    kind: UnitKind,
    line: u32,
    blocks: Vec<FrameBlock>,
}

/// What a block of the running frame will be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FrameBlock {
    Loop,
    Except,
    FinallyTry,
    FinallyEnd,
}

#[derive(Clone, Copy)]
enum Task {
    Block(Block, usize),
    Expr(ExprId),
    Delete(ExprId),
    Enter(FrameBlock),
    Leave,
    Branch(List<Branch>, usize, Block),
    Try(TryId),
    Handler(TryId, usize),
    With(List<WithItem>, usize, Block),
    Function(FunctionId),
    Class(crate::tree::ClassId),
    ExitUnit,
}

struct Walker<'m, 's> {
    module: &'m Module<'s>,
    facts: &'m Facts,
    future: Option<Name>,
    future_line: u32,
    every_expression: bool,
    units: Vec<Unit>,
    tasks: Vec<Task>,
}

impl Walker<'_, '_> {
    fn unit(&mut self) -> &mut Unit {
        if self.units.is_empty() {
            self.units.push(Unit {
                kind: UnitKind::Module,
                line: 0,
                blocks: Vec::new(),
            });
        }
        let last = self.units.len() - 1;
        &mut self.units[last]
    }

    fn error(&mut self, message: &str) -> Error {
        Error::on_line(self.unit().line, message)
    }

    fn run(&mut self, task: Task) -> Result<(), Error> {
        match task {
            Task::Block(block, at) => {
                if let Some(&id) = self.module.list(block).get(at) {
                    self.tasks.push(Task::Block(block, at + 1));
                    let stmt = *self.module.stmt(id);
                    self.unit().line = stmt.line;
                    return self.stmt(stmt);
                }
            }
            Task::Expr(id) => return self.expr(id),
            Task::Delete(id) => return self.delete(id),
            Task::Enter(block) => {
                if self.unit().blocks.len() >= MAX_BLOCKS {
                    let message = "too many statically nested blocks";
                    return Err(Error::without_place(ErrorClass::SyntaxError, message));
                }
                self.unit().blocks.push(block);
            }
            Task::Leave => {
                self.unit().blocks.pop();
            }
            Task::Branch(branches, at, orelse) => self.branch(branches, at, orelse),
            Task::Try(id) => self.try_except(id),
            Task::Handler(id, at) => return self.handler(id, at),
            Task::With(items, at, body) => self.with(items, at, body),
            Task::Function(id) => {
                self.units.push(Unit {
                    kind: UnitKind::Function,
                    line: 0,
                    blocks: Vec::new(),
                });
                self.tasks.push(Task::ExitUnit);
                self.push_block(self.module.function(id).body);
            }
            Task::Class(id) => {
                self.units.push(Unit {
                    kind: UnitKind::Class,
                    line: 0,
                    blocks: Vec::new(),
                });
                self.tasks.push(Task::ExitUnit);
                self.push_block(self.module.class(id).body);
            }
            Task::ExitUnit => {
                self.units.pop();
            }
        }
        Ok(())
    }

    fn push(&mut self, id: ExprId) {
        if self.every_expression {
            self.tasks.push(Task::Expr(id));
        }
    }

    fn push_list(&mut self, ids: List<ExprId>) {
        if self.every_expression {
            self.tasks
                .extend(self.module.list(ids).iter().rev().map(|&id| Task::Expr(id)));
        }
    }

    fn push_some(&mut self, ids: &[Option<ExprId>]) {
        for &id in ids.iter().rev().flatten() {
            self.push(id);
        }
    }

    fn push_block(&mut self, block: Block) {
        if !block.is_empty() {
            self.tasks.push(Task::Block(block, 0));
        }
    }

    fn stmt(&mut self, stmt: Stmt) -> Result<(), Error> {
        match stmt.kind {
            StmtKind::Expr(value) => {
                if !matches!(
                    self.module.expr(value).kind,
                    ExprKind::Str(_) | ExprKind::Num { .. }
                ) {
                    self.push(value);
                }
            }
            StmtKind::Assign { targets, value } => {
                self.push_list(targets);
                self.push(value);
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.push_some(&[Some(target), Some(value)]);
            }
            StmtKind::Print { dest, values, .. } => {
                self.push_list(values);
                self.push_some(&[dest]);
            }
            StmtKind::Delete(targets) => {
                self.tasks.extend(
                    self.module
                        .list(targets)
                        .iter()
                        .rev()
                        .map(|&id| Task::Delete(id)),
                );
            }
            StmtKind::Pass | StmtKind::Global(_) | StmtKind::Import(_) => {}
            StmtKind::Break => {
                if !self.unit().blocks.contains(&FrameBlock::Loop) {
                    return Err(self.error("'break' outside loop"));
                }
            }
            StmtKind::Continue => self.check_continue()?,
            StmtKind::Return(value) => {
                if self.unit().kind != UnitKind::Function {
                    return Err(self.error("'return' outside function"));
                }
                self.push_some(&[value]);
            }
            StmtKind::Raise {
                kind,
                value,
                traceback,
            } => self.push_some(&[kind, value, traceback]),
            StmtKind::ImportFrom { module: path, .. } => {
                let from_future = self
                    .future
                    .is_some_and(|future| self.module.list(path) == [future]);
                if from_future && stmt.line > self.future_line {
                    return Err(self.error(LATE));
                }
            }
            StmtKind::Exec {
                body,
                globals,
                locals,
            } => self.push_some(&[Some(body), globals, locals]),
            StmtKind::Assert { test, message } => self.push_some(&[Some(test), message]),
            _ => self.compound(stmt.kind),
        }
        Ok(())
    }

    fn compound(&mut self, kind: StmtKind) {
        match kind {
            StmtKind::If { branches, orelse } => self.branch(branches, 0, orelse),
            StmtKind::While { test, body, orelse } => {
                let truth = constant::truth(self.module, test);
                self.push_block(orelse);
                if truth != Some(false) {
                    self.tasks.push(Task::Leave);
                    self.push_block(body);
                    if truth.is_none() {
                        self.push(test);
                    }
                    self.tasks.push(Task::Enter(FrameBlock::Loop));
                }
            }
            StmtKind::For {
                target,
                iter,
                body,
                orelse,
            } => {
                self.push_block(orelse);
                self.tasks.push(Task::Leave);
                self.push_block(body);
                self.push_some(&[Some(iter), Some(target)]);
                self.tasks.push(Task::Enter(FrameBlock::Loop));
            }
            StmtKind::Try(id) => self.try_(id),
            StmtKind::With { items, body } => self.with(items, 0, body),
            StmtKind::FunctionDef(id) => {
                let function = *self.module.function(id);
                self.tasks.push(Task::Function(id));
                self.push_defaults(function.params);
                self.push_list(function.decorators);
            }
            StmtKind::ClassDef(id) => {
                let class = *self.module.class(id);
                self.tasks.push(Task::Class(id));
                self.push_list(class.bases);
                self.push_list(class.decorators);
            }
            _ => {}
        }
    }

    fn push_defaults(&mut self, params: List<Param>) {
        for param in self.module.list(params).iter().rev() {
            self.push_some(&[param.default]);
        }
    }

    /// One `if` or `elif`; what a constant test rules out is not compiled.
    fn branch(&mut self, branches: List<Branch>, at: usize, orelse: Block) {
        let all = self.module.list(branches);
        let Some(branch) = all.get(at) else {
            return self.push_block(orelse);
        };
        if at > 0 {
            self.unit().line = branch.line;
        }
        let truth = constant::truth(self.module, branch.test);
        if truth != Some(true) {
            self.tasks.push(Task::Branch(branches, at + 1, orelse));
        }
        if truth != Some(false) {
            self.push_block(branch.body);
        }
        if truth.is_none() {
            self.push(branch.test);
        }
    }

    /// With both handlers and `finally`, CPython has one `try` inside another.
    fn try_(&mut self, id: TryId) {
        let parts = *self.module.try_(id);
        if parts.finally.is_empty() {
            return self.try_except(id);
        }
        self.tasks.push(Task::Leave);
        self.push_block(parts.finally);
        self.tasks.push(Task::Enter(FrameBlock::FinallyEnd));
        self.tasks.push(Task::Leave);
        if parts.handlers.is_empty() {
            self.push_block(parts.body);
        } else {
            self.tasks.push(Task::Try(id));
        }
        self.tasks.push(Task::Enter(FrameBlock::FinallyTry));
    }

    fn try_except(&mut self, id: TryId) {
        let parts = *self.module.try_(id);
        self.push_block(parts.orelse);
        self.tasks.push(Task::Handler(id, 0));
        self.tasks.push(Task::Leave);
        self.push_block(parts.body);
        self.tasks.push(Task::Enter(FrameBlock::Except));
    }

    fn handler(&mut self, id: TryId, at: usize) -> Result<(), Error> {
        let all = self.module.list(self.module.try_(id).handlers);
        let Some(&handler) = all.get(at) else {
            return Ok(());
        };
        if handler.kind.is_none() && at + 1 < all.len() {
            return Err(self.error("default 'except:' must be last"));
        }
        self.unit().line = handler.line;
        self.tasks.push(Task::Handler(id, at + 1));
        self.push_block(handler.body);
        self.push_some(&[handler.kind, handler.target]);
        Ok(())
    }

    /// One manager of a `with`; the next is a statement inside it.
    fn with(&mut self, items: List<WithItem>, at: usize, body: Block) {
        let Some(&item) = self.module.list(items).get(at) else {
            return self.push_block(body);
        };
        self.unit().line = item.line;
        self.tasks.push(Task::Leave);
        self.tasks.push(Task::With(items, at + 1, body));
        self.push_some(&[item.target]);
        self.tasks.push(Task::Enter(FrameBlock::FinallyTry));
        self.push(item.context);
    }

    fn check_continue(&mut self) -> Result<(), Error> {
        const IN_FINALLY: &str = "'continue' not supported inside 'finally' clause";
        let blocks = &self.unit().blocks;
        let message = match blocks.last() {
            Some(FrameBlock::Loop) => return Ok(()),
            None => "'continue' not properly in loop",
            Some(FrameBlock::FinallyEnd) => IN_FINALLY,
            Some(_) => {
                let outer = blocks.iter().rev().skip(1);
                match outer
                    .copied()
                    .find(|b| matches!(b, FrameBlock::Loop | FrameBlock::FinallyEnd))
                {
                    Some(FrameBlock::Loop) => return Ok(()),
                    Some(_) => IN_FINALLY,
                    None => "'continue' not properly in loop",
                }
            }
        };
        Err(self.error(message))
    }

    fn delete(&mut self, id: ExprId) -> Result<(), Error> {
        let expr = self.module.expr(id);
        match expr.kind {
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                let line = expr.line;
                self.advance(line);
                self.tasks.extend(
                    self.module
                        .list(items)
                        .iter()
                        .rev()
                        .map(|&item| Task::Delete(item)),
                );
            }
            ExprKind::Name(name) if self.facts.undeletable.contains(&id) => {
                let name = self.module.name(name);
                let message =
                    format!("can not delete variable '{name}' referenced in nested scope");
                return Err(Error::without_place(ErrorClass::SyntaxError, &message));
            }
            _ => self.push(id),
        }
        Ok(())
    }

    /// Lines only go forward while one statement is compiled.
    fn advance(&mut self, line: u32) {
        let unit = self.unit();
        unit.line = unit.line.max(line);
    }

    fn expr(&mut self, id: ExprId) -> Result<(), Error> {
        let expr = *self.module.expr(id);
        match expr.kind {
            // Slices are no expressions to CPython, so they have no line.
            ExprKind::Slice { lower, upper, step } => {
                self.push_some(&[lower, upper, step]);
                return Ok(());
            }
            ExprKind::ExtSlice(items) => {
                self.push_list(items);
                return Ok(());
            }
            ExprKind::Ellipsis => return Ok(()),
            _ => self.advance(expr.line),
        }
        match expr.kind {
            ExprKind::Tuple(items) | ExprKind::List(items) | ExprKind::Set(items) => {
                self.push_list(items);
            }
            ExprKind::Bool { values, .. } => self.push_list(values),
            ExprKind::Dict(items) => {
                for pair in self.module.list(items).chunks(2).rev() {
                    // A value is computed before its key.
                    for &id in pair {
                        self.push(id);
                    }
                }
            }
            ExprKind::Repr(value)
            | ExprKind::Unary { operand: value, .. }
            | ExprKind::Attribute { value, .. } => self.push(value),
            ExprKind::Yield(value) => {
                if self.unit().kind != UnitKind::Function {
                    return Err(self.error("'yield' outside function"));
                }
                self.push_some(&[value]);
            }
            ExprKind::Call { func, args } => {
                let args = self.module.list(args);
                let star = args.iter().rev().filter(|arg| arg.kind == ArgKind::Star);
                let double_star = args
                    .iter()
                    .rev()
                    .filter(|arg| arg.kind == ArgKind::DoubleStar);
                let keywords = args
                    .iter()
                    .rev()
                    .filter(|arg| matches!(arg.kind, ArgKind::Keyword(_)));
                let plain = args
                    .iter()
                    .rev()
                    .filter(|arg| matches!(arg.kind, ArgKind::Positional | ArgKind::BareGenerator));
                for arg in double_star.chain(star).chain(keywords).chain(plain) {
                    self.push(arg.value);
                }
                self.push(func);
            }
            ExprKind::Subscript { value, index } => self.push_some(&[Some(value), Some(index)]),
            ExprKind::Binary { left, right, .. } => self.push_some(&[Some(left), Some(right)]),
            ExprKind::Compare { left, rest } => {
                for comparison in self.module.list(rest).iter().rev() {
                    self.push(comparison.right);
                }
                self.push(left);
            }
            // What is inside a function of its own can neither fail nor move this one's line.
            ExprKind::Lambda(id) => self.push_defaults(self.module.lambda(id).params),
            ExprKind::Conditional { test, body, orelse } => {
                self.push_some(&[Some(test), Some(body), Some(orelse)]);
            }
            ExprKind::ListComp { element, fors } => {
                self.push(element);
                self.push_fors(fors);
            }
            ExprKind::SetComp { fors, .. } | ExprKind::Generator { fors, .. } => {
                self.push_first_iter(fors);
            }
            ExprKind::DictComp(id) => self.push_first_iter(self.module.dict_comp(id).fors),
            _ => {}
        }
        Ok(())
    }

    fn push_first_iter(&mut self, fors: List<Comprehension>) {
        self.push_some(&[self.module.list(fors).first().map(|comp| comp.iter)]);
    }

    fn push_fors(&mut self, fors: List<Comprehension>) {
        for comp in self.module.list(fors).iter().rev() {
            self.push_list(comp.ifs);
            self.push_some(&[Some(comp.iter), Some(comp.target)]);
        }
    }
}
