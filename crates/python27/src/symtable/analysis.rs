//! Scopes with their notes -> what each name is, and the errors of that.
//!
//! CPython hands the sets of bound and of global names from a scope to the scopes in it, and lets a scope change the
//! set that its later siblings get. Here there is one set of each, with a log by which a scope's changes are undone
//! when it is left.

use super::scopes::{
    BARE_EXEC, GLOBAL, LOCAL, PARAM, STAR_IMPORT, Scope, ScopeId, ScopeKind, Symbol,
};
use super::walk::Walked;
use crate::tree::Module;
use crate::verdict::Error;

/// Settles all scopes; the variables that some nested scope refers to, sorted.
pub(super) fn analyse(
    module: &Module<'_>,
    walked: &mut Walked<'_, '_>,
) -> Result<Vec<(ScopeId, Symbol)>, Error> {
    let scopes = &walked.scopes.all;
    let n = module.nodes.names.len() + walked.scopes.mangled_texts.len() + 1;
    let mut analysis = Analysis {
        module,
        scopes,
        sets: [vec![false; n], vec![false; n]],
        log: Vec::new(),
        frames: Vec::new(),
        wants_cells: !walked.deletions.is_empty(),
        cells: Vec::new(),
        changes: Vec::new(),
    };
    analysis.enter(0)?;
    while let Some(frame) = analysis.frames.last_mut() {
        let children = &scopes[frame.scope as usize].children;
        if let Some(&child) = children.get(frame.next_child) {
            frame.next_child += 1;
            analysis.enter(child)?;
        } else {
            analysis.leave()?;
        }
    }
    analysis.cells.sort_unstable();
    Ok(analysis.cells)
}

const BOUND: usize = 0;
const GLOBALS: usize = 1;

/// A scope that is being settled.
struct Frame {
    scope: ScopeId,
    next_child: usize,
    mark: usize,
    /// Whether it refers to names it does not bind.
    free: bool,
    child_free: bool,
    /// Names that scopes inside refer to and that are bound further out.
    wanted: Vec<Symbol>,
    /// What a class does to the sets, after its children saw them.
    late: Vec<(usize, Symbol, bool)>,
}

struct Analysis<'a, 's> {
    module: &'a Module<'s>,
    scopes: &'a [Scope],
    /// Membership of each symbol in the set of bound and of global names.
    sets: [Vec<bool>; 2],
    log: Vec<(usize, Symbol)>,
    frames: Vec<Frame>,
    wants_cells: bool,
    cells: Vec<(ScopeId, Symbol)>,
    /// What the scope that is entered does to the sets.
    changes: Vec<(usize, Symbol, bool)>,
}

impl Analysis<'_, '_> {
    fn set(&mut self, set: usize, symbol: Symbol, member: bool) {
        let held = &mut self.sets[set][symbol as usize];
        if *held != member {
            *held = member;
            self.log.push((set, symbol));
        }
    }

    fn undo_to(&mut self, mark: usize) {
        while self.log.len() > mark {
            if let Some((set, symbol)) = self.log.pop() {
                self.sets[set][symbol as usize] ^= true;
            }
        }
    }

    fn enter(&mut self, id: ScopeId) -> Result<(), Error> {
        let scope = &self.scopes[id as usize];
        let mut free = false;
        let mut changes = std::mem::take(&mut self.changes);
        for entry in &scope.symbols {
            let symbol = entry.symbol;
            if entry.flags & GLOBAL != 0 {
                if entry.flags & PARAM != 0 {
                    return Err(self.local_and_global(scope));
                }
                changes.push((GLOBALS, symbol, true));
                changes.push((BOUND, symbol, false));
            } else if entry.flags & (LOCAL | PARAM) != 0 {
                changes.push((GLOBALS, symbol, false));
            } else if self.sets[BOUND][symbol as usize] {
                free = true;
                if self.wants_cells
                    && let Some(parent) = self.frames.last_mut()
                {
                    parent.wanted.push(symbol);
                }
            } else if !self.sets[GLOBALS][symbol as usize] {
                free |= scope.nested;
            }
        }
        let mut late = Vec::new();
        if scope.kind == ScopeKind::Class {
            late = changes;
        } else {
            for (set, symbol, member) in changes.drain(..) {
                self.set(set, symbol, member);
            }
            self.changes = changes;
        }
        let mark = self.log.len();
        if scope.kind == ScopeKind::Function {
            for entry in &scope.symbols {
                if entry.flags & GLOBAL == 0 && entry.flags & (LOCAL | PARAM) != 0 {
                    self.set(BOUND, entry.symbol, true);
                }
            }
        }
        let wanted = Vec::new();
        self.frames.push(Frame {
            scope: id,
            next_child: 0,
            mark,
            free,
            child_free: false,
            wanted,
            late,
        });
        Ok(())
    }

    fn leave(&mut self) -> Result<(), Error> {
        let Some(mut frame) = self.frames.pop() else {
            return Ok(());
        };
        self.undo_to(frame.mark);
        for (set, symbol, member) in std::mem::take(&mut frame.late) {
            self.set(set, symbol, member);
        }
        let scope = &self.scopes[frame.scope as usize];
        let wanted = self.settle_cells(scope, &mut frame);
        if let Some(parent) = self.frames.last_mut() {
            parent.child_free |= frame.free || frame.child_free;
            parent.wanted.extend_from_slice(&wanted);
        }
        self.check_unoptimised(scope, &frame)
    }

    /// Takes from the wanted names those that the scope binds; the rest is wanted from further out.
    fn settle_cells(&mut self, scope: &Scope, frame: &mut Frame) -> Vec<Symbol> {
        let mut wanted = std::mem::take(&mut frame.wanted);
        wanted.sort_unstable();
        wanted.dedup();
        if scope.kind == ScopeKind::Function && !wanted.is_empty() {
            for entry in &scope.symbols {
                if entry.flags & GLOBAL == 0
                    && entry.flags & (LOCAL | PARAM) != 0
                    && let Ok(at) = wanted.binary_search(&entry.symbol)
                {
                    wanted.remove(at);
                    self.cells.push((frame.scope, entry.symbol));
                }
            }
        }
        wanted
    }

    fn local_and_global(&self, scope: &Scope) -> Error {
        let both = scope
            .symbols
            .iter()
            .find(|entry| entry.flags & GLOBAL != 0 && entry.flags & PARAM != 0);
        let symbol = both.map_or(0, |entry| entry.symbol);
        let name = self
            .module
            .nodes
            .names
            .get(symbol as usize)
            .map_or(&b""[..], |&span| self.module.slice(span));
        let name = String::from_utf8_lossy(name);
        Error::on_line(scope.line, format!("name '{name}' is local and global"))
    }

    fn check_unoptimised(&self, scope: &Scope, frame: &Frame) -> Result<(), Error> {
        if scope.kind != ScopeKind::Function || !(frame.free || frame.child_free) {
            return Ok(());
        }
        let name: String = scope
            .name
            .map_or("", |name| self.module.name(name))
            .chars()
            .take(100)
            .collect();
        let why = if frame.child_free {
            "contains a nested function with free variables"
        } else {
            "is a nested function"
        };
        let message = match scope.unoptimised {
            0 | super::scopes::EXEC_IN => return Ok(()),
            STAR_IMPORT => format!("import * is not allowed in function '{name}' because it {why}"),
            BARE_EXEC => {
                format!("unqualified exec is not allowed in function '{name}' because it {why}")
            }
            _ => format!(
                "function '{name}' uses import * and bare exec, which are illegal because it {why}"
            ),
        };
        Err(Error::on_line(scope.unoptimised_line, message))
    }
}
