//! Labels -> accepted, or the failure that CPython's parser has on them.
//!
//! This is the automaton alone: it knows nothing of tokens' text. A stack of states stands for the rules that are open;
//! its limit is CPython's, and is an answer of its own when it is reached. As most of a run is left again as it was
//! pushed, the stack is kept as frames, each a part of a run of the table.

use crate::grammar::{Action, Run, Table};
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

/// A run of states that shifting a label left, as far as it still stands: places of its first and last state.
#[derive(Clone, Copy)]
struct Frame {
    first: u16,
    top: u16,
}

/// The automaton's stack: the states of all frames, the innermost frame's last state on top.
pub(crate) struct Parser {
    table: &'static Table,
    /// The frames under the innermost one.
    under: Vec<Frame>,
    frame: Frame,
    /// How many states there are in all frames.
    open: usize,
}

impl Parser {
    pub(crate) fn new() -> Parser {
        let table = Table::get();
        Parser {
            table,
            under: Vec::with_capacity(64),
            frame: Frame {
                first: table.start,
                top: table.start,
            },
            open: 1,
        }
    }

    pub(crate) fn feed(&mut self, label: Label) -> Fed {
        let mut import_ended = false;
        loop {
            let entry = self.table.entry(self.frame.top);
            if entry.skips(label) {
                self.frame.top -= u16::from(entry.n_skipped);
                self.open -= usize::from(entry.n_skipped);
                continue;
            }
            match self.table.action(entry.state, label) {
                Action::Shift(run) => {
                    if self.open - 1 + usize::from(run.len) > MAX_OPEN_RULES {
                        return Fed::Overflow;
                    }
                    self.push(run);
                    return self.pop_ended(import_ended);
                }
                Action::Pop => {
                    import_ended |= entry.import;
                    if !self.pop() {
                        return Fed::Refused {
                            wants_indent: false,
                        };
                    }
                }
                Action::Fail => {
                    return Fed::Refused {
                        wants_indent: self.table.wants_indent(entry.state),
                    };
                }
            }
        }
    }

    /// Replaces the top state by a run.
    fn push(&mut self, run: Run) {
        if self.frame.top > self.frame.first {
            self.frame.top -= 1;
            self.under.push(self.frame);
        }
        self.frame = Frame {
            first: run.start,
            top: run.start + run.len - 1,
        };
        self.open += usize::from(run.len) - 1;
    }

    /// Removes the top state; false when it is the last.
    fn pop(&mut self) -> bool {
        if self.frame.top > self.frame.first {
            self.frame.top -= 1;
        } else if let Some(under) = self.under.pop() {
            self.frame = under;
        } else {
            return false;
        }
        self.open -= 1;
        true
    }

    fn pop_ended(&mut self, mut import_ended: bool) -> Fed {
        loop {
            let entry = self.table.entry(self.frame.top);
            if !entry.only_ends {
                return Fed::Shifted { import_ended };
            }
            import_ended |= entry.import;
            if !self.pop() {
                return Fed::Done;
            }
        }
    }
}
