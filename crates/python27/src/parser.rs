//! Labels -> accepted, or the failure that CPython's parser has on them.
//!
//! This is the automaton alone: it knows nothing of tokens' text. A stack of states stands for the rules that are open;
//! its limit is CPython's, and is an answer of its own when it is reached.

use crate::grammar::{Action, State, Table};
use crate::label::Label;

/// How many rules may be open at once.
const MAX_OPEN_RULES: usize = 1500;

/// What became of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fed {
    /// Shifted. `import_ended` when an import statement was completed on the way.
    Shifted { import_ended: bool },
    /// The whole input is complete.
    Done,
    /// It does not fit. `wants_indent` when nothing but an indent would.
    Refused { wants_indent: bool },
    /// It fits, but too many rules are open.
    Overflow,
}

/// The automaton's stack.
pub(crate) struct Parser {
    table: &'static Table,
    stack: Vec<State>,
}

impl Parser {
    pub(crate) fn new() -> Parser {
        let table = Table::get();
        let mut stack = Vec::with_capacity(MAX_OPEN_RULES);
        stack.push(table.start);
        Parser { table, stack }
    }

    /// The labels that could be fed now, endings of rules not counted.
    pub(crate) fn expected(&self) -> impl Iterator<Item = Label> {
        let top = self.stack.last().copied().unwrap_or(self.table.start);
        self.table.expected(top)
    }

    pub(crate) fn feed(&mut self, label: Label) -> Fed {
        let mut import_ended = false;
        while let Some(top) = self.stack.last_mut() {
            match self.table.action(*top, label) {
                Action::Shift { start, len } => {
                    let run = self.table.run(start, len);
                    *top = run[0];
                    if self.stack.len() + run.len() - 1 > MAX_OPEN_RULES {
                        return Fed::Overflow;
                    }
                    self.stack.extend_from_slice(&run[1..]);
                    return self.pop_ended(import_ended);
                }
                Action::Pop => {
                    import_ended |= self.table.is_import(*top);
                    self.stack.pop();
                }
                Action::Fail => {
                    return Fed::Refused {
                        wants_indent: self.table.wants_indent(*top),
                    };
                }
            }
        }
        Fed::Refused {
            wants_indent: false,
        }
    }

    fn pop_ended(&mut self, mut import_ended: bool) -> Fed {
        while let Some(&top) = self.stack.last() {
            if !self.table.only_ends(top) {
                return Fed::Shifted { import_ended };
            }
            import_ended |= self.table.is_import(top);
            self.stack.pop();
        }
        Fed::Done
    }
}
