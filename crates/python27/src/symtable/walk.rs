//! The walk that notes every use and binding, in CPython's order.

use super::scopes::{
    BARE_EXEC, Deletion, EXEC_IN, GLOBAL, LOCAL, PARAM, STAR_IMPORT, ScopeKind, Scopes, USE,
};
use crate::tree::{
    Alias, ArgKind, Block, ClassId, Comprehension, DictCompId, ExprId, ExprKind, FunctionId,
    LambdaId, List, Module, Param, ParamTarget, StmtId, StmtKind, Try,
};
use crate::verdict::Error;

const RETURN_IN_GENERATOR: &str = "'return' with argument inside generator";

/// What the walk leaves behind.
pub(super) struct Walked<'m, 's> {
    pub(super) scopes: Scopes<'m, 's>,
    pub(super) deletions: Vec<Deletion>,
    pub(super) stray_yield: bool,
}

/// Walks a module; the first error on the way.
pub(super) fn walk<'m, 's>(module: &'m Module<'s>) -> Result<Walked<'m, 's>, Error> {
    let mut scopes = Scopes::new(module);
    scopes.enter(ScopeKind::Module, None, 0);
    let nothing = Walked {
        scopes,
        deletions: Vec::new(),
        stray_yield: false,
    };
    let mut walker = Walker {
        module,
        walked: nothing,
        tasks: vec![Task::Block(module.body(), 0)],
    };
    while let Some(task) = walker.tasks.pop() {
        walker.run(task)?;
    }
    Ok(walker.walked)
}

/// Work that is still to do, the next on top.
#[derive(Clone, Copy)]
enum Task {
    Block(Block, usize),
    Expr(ExprId),
    Store(ExprId),
    Delete(ExprId),
    Returned(u32),
    Yielded(u32),
    Function(FunctionId, u32),
    Class(ClassId, u32),
    Lambda(LambdaId, u32),
    /// A comprehension with a scope of its own, once its first iterable was visited.
    Comprehension {
        fors: List<Comprehension>,
        element: ExprId,
        line: u32,
        generator: bool,
    },
    DictComp(DictCompId, u32),
    Exit,
    ExitClass,
}

struct Walker<'m, 's> {
    module: &'m Module<'s>,
    walked: Walked<'m, 's>,
    tasks: Vec<Task>,
}

impl Walker<'_, '_> {
    fn run(&mut self, task: Task) -> Result<(), Error> {
        match task {
            Task::Block(block, at) => {
                if let Some(&id) = self.module.list(block).get(at) {
                    self.tasks.push(Task::Block(block, at + 1));
                    return self.stmt(id);
                }
            }
            Task::Expr(id) => self.expr(id)?,
            Task::Store(id) => self.target(id, false)?,
            Task::Delete(id) => self.target(id, true)?,
            Task::Returned(line) => {
                self.walked.scopes.current().returns_value = true;
                self.check_generator(line)?;
            }
            Task::Yielded(line) => {
                let scope = self.walked.scopes.current();
                scope.generator = true;
                let stray = scope.kind != ScopeKind::Function;
                self.walked.stray_yield |= stray;
                self.check_generator(line)?;
            }
            Task::Function(id, line) => {
                let function = *self.module.function(id);
                self.walked
                    .scopes
                    .enter(ScopeKind::Function, Some(function.name), line);
                self.tasks.push(Task::Exit);
                self.push_block(function.body);
                self.params(function.params)?;
            }
            Task::Class(id, line) => {
                let class = *self.module.class(id);
                self.walked
                    .scopes
                    .enter(ScopeKind::Class, Some(class.name), line);
                self.walked.scopes.classes.push(class.name);
                self.tasks.push(Task::ExitClass);
                self.push_block(class.body);
            }
            Task::Lambda(id, line) => {
                let lambda = *self.module.lambda(id);
                self.walked.scopes.enter(ScopeKind::Function, None, line);
                self.tasks.push(Task::Exit);
                self.params(lambda.params)?;
                self.visit(lambda.body)?;
            }
            Task::Comprehension {
                fors,
                element,
                line,
                generator,
            } => {
                self.enter_comprehension(fors, &[element], line, generator)?;
            }
            Task::DictComp(id, line) => {
                let comp = *self.module.dict_comp(id);
                self.enter_comprehension(comp.fors, &[comp.value, comp.key], line, false)?;
            }
            Task::Exit => self.walked.scopes.exit(),
            Task::ExitClass => {
                self.walked.scopes.classes.pop();
                self.walked.scopes.exit();
            }
        }
        Ok(())
    }

    /// Whether the current scope both returns a value and yields, which is an error on the line that completes this.
    fn check_generator(&mut self, line: u32) -> Result<(), Error> {
        let scope = self.walked.scopes.current();
        if scope.generator && scope.returns_value {
            return Err(Error::on_line(line, RETURN_IN_GENERATOR));
        }
        Ok(())
    }

    /// Visits an expression: a name at once, anything with parts as a task.
    fn visit(&mut self, id: ExprId) -> Result<(), Error> {
        match self.module.expr(id).kind {
            ExprKind::Name(name) => self.walked.scopes.note(name, USE),
            ExprKind::Num { .. } | ExprKind::Str(_) | ExprKind::Ellipsis => Ok(()),
            _ => {
                self.tasks.push(Task::Expr(id));
                Ok(())
            }
        }
    }

    fn visit_list(&mut self, ids: List<ExprId>) -> Result<(), Error> {
        self.module
            .list(ids)
            .iter()
            .rev()
            .try_for_each(|&id| self.visit(id))
    }

    fn visit_some(&mut self, ids: &[Option<ExprId>]) -> Result<(), Error> {
        ids.iter()
            .rev()
            .flatten()
            .try_for_each(|&id| self.visit(id))
    }

    fn push_block(&mut self, block: Block) {
        if !block.is_empty() {
            self.tasks.push(Task::Block(block, 0));
        }
    }

    fn target(&mut self, id: ExprId, delete: bool) -> Result<(), Error> {
        match self.module.expr(id).kind {
            ExprKind::Name(name) => {
                if delete {
                    let symbol = self.walked.scopes.symbol(name);
                    let scope = self.walked.scopes.current_id();
                    self.walked.deletions.push(Deletion {
                        name: id,
                        scope,
                        symbol,
                    });
                }
                self.walked.scopes.note(name, LOCAL)
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                for &item in self.module.list(items).iter().rev() {
                    self.tasks.push(if delete {
                        Task::Delete(item)
                    } else {
                        Task::Store(item)
                    });
                }
                Ok(())
            }
            _ => self.visit(id),
        }
    }

    fn stmt(&mut self, id: StmtId) -> Result<(), Error> {
        let stmt = *self.module.stmt(id);
        match stmt.kind {
            StmtKind::Expr(value) => self.visit(value),
            StmtKind::Assign { targets, value } => {
                self.visit(value)?;
                self.tasks.extend(
                    self.module
                        .list(targets)
                        .iter()
                        .rev()
                        .map(|&target| Task::Store(target)),
                );
                Ok(())
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.visit(value)?;
                self.tasks.push(Task::Store(target));
                Ok(())
            }
            StmtKind::Print { dest, values, .. } => {
                self.visit_list(values)?;
                self.visit_some(&[dest])
            }
            StmtKind::Delete(targets) => {
                self.tasks.extend(
                    self.module
                        .list(targets)
                        .iter()
                        .rev()
                        .map(|&target| Task::Delete(target)),
                );
                Ok(())
            }
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue | StmtKind::Return(None) => {
                Ok(())
            }
            StmtKind::Return(Some(value)) => {
                self.tasks.push(Task::Returned(stmt.line));
                self.visit(value)
            }
            StmtKind::Raise {
                kind,
                value,
                traceback,
            } => self.visit_some(&[kind, value, traceback]),
            StmtKind::Import(names) | StmtKind::ImportFrom { names, .. } => {
                self.import(names, stmt.line)
            }
            StmtKind::Global(names) => self
                .module
                .list(names)
                .iter()
                .try_for_each(|&name| self.walked.scopes.note(name, GLOBAL)),
            StmtKind::Exec {
                body,
                globals,
                locals,
            } => {
                let scope = self.walked.scopes.current();
                if scope.unoptimised_line == 0 {
                    scope.unoptimised_line = stmt.line;
                }
                scope.unoptimised |= if globals.is_some() {
                    EXEC_IN
                } else {
                    BARE_EXEC
                };
                self.visit_some(&[Some(body), globals, locals])
            }
            StmtKind::Assert { test, message } => self.visit_some(&[Some(test), message]),
            _ => self.compound(stmt.kind, stmt.line),
        }
    }

    fn compound(&mut self, kind: StmtKind, line: u32) -> Result<(), Error> {
        match kind {
            StmtKind::If { branches, orelse } => {
                self.push_block(orelse);
                for branch in self.module.list(branches).iter().rev() {
                    self.push_block(branch.body);
                    self.visit(branch.test)?;
                }
            }
            StmtKind::While { test, body, orelse } => {
                self.push_block(orelse);
                self.push_block(body);
                self.visit(test)?;
            }
            StmtKind::For {
                target,
                iter,
                body,
                orelse,
            } => {
                self.push_block(orelse);
                self.push_block(body);
                self.visit(iter)?;
                self.tasks.push(Task::Store(target));
            }
            StmtKind::Try(id) => self.try_(self.module.try_(id))?,
            StmtKind::With { items, body } => {
                self.push_block(body);
                for item in self.module.list(items).iter().rev() {
                    self.tasks.extend(item.target.map(Task::Store));
                    self.visit(item.context)?;
                }
            }
            StmtKind::FunctionDef(id) => {
                let function = *self.module.function(id);
                self.walked.scopes.note(function.name, LOCAL)?;
                self.tasks.push(Task::Function(id, line));
                self.visit_list(function.decorators)?;
                self.defaults(function.params)?;
            }
            StmtKind::ClassDef(id) => {
                let class = *self.module.class(id);
                self.walked.scopes.note(class.name, LOCAL)?;
                self.tasks.push(Task::Class(id, line));
                self.visit_list(class.decorators)?;
                self.visit_list(class.bases)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn try_(&mut self, parts: &Try) -> Result<(), Error> {
        self.push_block(parts.finally);
        for handler in self.module.list(parts.handlers).iter().rev() {
            self.push_block(handler.body);
            self.tasks.extend(handler.target.map(Task::Store));
            self.visit_some(&[handler.kind])?;
        }
        self.push_block(parts.orelse);
        self.push_block(parts.body);
        Ok(())
    }

    fn import(&mut self, names: List<Alias>, line: u32) -> Result<(), Error> {
        for alias in self.module.list(names) {
            match alias
                .as_name
                .or_else(|| self.module.list(alias.path).first().copied())
            {
                Some(name) => self.walked.scopes.note(name, LOCAL)?,
                None => self.walked.scopes.current().unoptimised |= STAR_IMPORT,
            }
        }
        let scope = self.walked.scopes.current();
        if scope.unoptimised != 0 && scope.unoptimised_line == 0 {
            scope.unoptimised_line = line;
        }
        Ok(())
    }

    fn defaults(&mut self, params: List<Param>) -> Result<(), Error> {
        self.module
            .list(params)
            .iter()
            .rev()
            .filter_map(|param| param.default)
            .try_for_each(|id| self.visit(id))
    }

    /// Notes the parameters: names first, stars included, then what is unpacked, level by level.
    fn params(&mut self, params: List<Param>) -> Result<(), Error> {
        let mut tuples = Vec::new();
        for param in self.module.list(params) {
            match param.target {
                ParamTarget::Name(name) => self.walked.scopes.note(name, PARAM)?,
                ParamTarget::Tuple(id) => tuples.push(id),
            }
        }
        tuples.reverse();
        while let Some(tuple) = tuples.pop() {
            let ExprKind::Tuple(items) = self.module.expr(tuple).kind else {
                continue;
            };
            let mut inner = Vec::new();
            for &item in self.module.list(items) {
                match self.module.expr(item).kind {
                    ExprKind::Name(name) => self.walked.scopes.note(name, PARAM)?,
                    _ => inner.push(item),
                }
            }
            tuples.extend(inner.into_iter().rev());
        }
        Ok(())
    }

    fn expr(&mut self, id: ExprId) -> Result<(), Error> {
        let line = self.module.expr(id).line;
        match self.module.expr(id).kind {
            ExprKind::Name(_) | ExprKind::Num { .. } | ExprKind::Str(_) | ExprKind::Ellipsis => {}
            ExprKind::ImplicitNone => self.walked.scopes.note_none(),
            ExprKind::Tuple(items)
            | ExprKind::List(items)
            | ExprKind::Set(items)
            | ExprKind::Dict(items)
            | ExprKind::ExtSlice(items)
            | ExprKind::Bool { values: items, .. } => self.visit_list(items)?,
            ExprKind::Repr(value)
            | ExprKind::Unary { operand: value, .. }
            | ExprKind::Attribute { value, .. } => self.visit(value)?,
            ExprKind::Yield(value) => {
                self.tasks.push(Task::Yielded(line));
                self.visit_some(&[value])?;
            }
            ExprKind::Call { func, args } => {
                // Keywords come after positional arguments, stars after both.
                let args = self.module.list(args);
                for wanted in [2, 1, 0] {
                    for arg in args.iter().rev().filter(|arg| rank(arg.kind) == wanted) {
                        self.visit(arg.value)?;
                    }
                }
                self.visit(func)?;
            }
            ExprKind::Subscript { value, index } => self.visit_some(&[Some(value), Some(index)])?,
            ExprKind::Binary { left, right, .. } => self.visit_some(&[Some(left), Some(right)])?,
            ExprKind::Compare { left, rest } => {
                for comparison in self.module.list(rest).iter().rev() {
                    self.visit(comparison.right)?;
                }
                self.visit(left)?;
            }
            ExprKind::Lambda(lambda) => {
                self.tasks.push(Task::Lambda(lambda, line));
                self.defaults(self.module.lambda(lambda).params)?;
            }
            ExprKind::Conditional { test, body, orelse } => {
                self.visit_some(&[Some(test), Some(body), Some(orelse)])?;
            }
            ExprKind::ListComp { element, fors } => {
                self.fors(self.module.list(fors))?;
                self.visit(element)?;
            }
            ExprKind::SetComp { element, fors } => {
                self.comprehension(fors, element, line, false)?;
            }
            ExprKind::Generator { element, fors } => {
                self.comprehension(fors, element, line, true)?;
            }
            ExprKind::DictComp(id) => {
                self.tasks.push(Task::DictComp(id, line));
                if let Some(first) = self.module.list(self.module.dict_comp(id).fors).first() {
                    self.visit(first.iter)?;
                }
            }
            ExprKind::Slice { lower, upper, step } => self.visit_some(&[lower, upper, step])?,
        }
        Ok(())
    }

    fn fors(&mut self, fors: &[Comprehension]) -> Result<(), Error> {
        for comp in fors.iter().rev() {
            self.visit_list(comp.ifs)?;
            self.visit(comp.iter)?;
            self.tasks.push(Task::Store(comp.target));
        }
        Ok(())
    }

    fn comprehension(
        &mut self,
        fors: List<Comprehension>,
        element: ExprId,
        line: u32,
        generator: bool,
    ) -> Result<(), Error> {
        self.tasks.push(Task::Comprehension {
            fors,
            element,
            line,
            generator,
        });
        match self.module.list(fors).first() {
            Some(first) => self.visit(first.iter),
            None => Ok(()),
        }
    }

    fn enter_comprehension(
        &mut self,
        fors: List<Comprehension>,
        elements: &[ExprId],
        line: u32,
        generator: bool,
    ) -> Result<(), Error> {
        self.walked.scopes.enter(ScopeKind::Function, None, line);
        self.walked.scopes.current().generator = generator;
        self.tasks.push(Task::Exit);
        elements.iter().rev().try_for_each(|&id| self.visit(id))?;
        if let Some((first, rest)) = self.module.list(fors).split_first() {
            self.fors(rest)?;
            self.visit_list(first.ifs)?;
            self.tasks.push(Task::Store(first.target));
        }
        Ok(())
    }
}

fn rank(kind: ArgKind) -> u8 {
    match kind {
        ArgKind::Positional | ArgKind::BareGenerator => 0,
        ArgKind::Keyword(_) => 1,
        ArgKind::Star | ArgKind::DoubleStar => 2,
    }
}
