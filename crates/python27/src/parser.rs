//! Labels -> accepted, or the failure that CPython's parser has on them.
//!
//! This is the automaton alone: it knows nothing of tokens' text. A stack of states stands for the rules that are open;
//! its limit is CPython's, and is an answer of its own when it is reached.

use crate::grammar::{self, Action, State, Table};
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
    /// The states under the top one.
    stack: Vec<State>,
    top: State,
}

impl Parser {
    pub(crate) fn new() -> Parser {
        let table = Table::get();
        Parser {
            table,
            stack: Vec::with_capacity(MAX_OPEN_RULES),
            top: table.start,
        }
    }

    pub(crate) fn feed(&mut self, label: Label) -> Fed {
        let mut import_ended = false;
        loop {
            match self.table.action(self.top, label) {
                Action::Shift(run) => {
                    let states = self.table.states(run);
                    let Some((&top, under)) = states.split_last() else {
                        return Fed::Refused {
                            wants_indent: false,
                        };
                    };
                    if self.stack.len() + states.len() > MAX_OPEN_RULES {
                        return Fed::Overflow;
                    }
                    self.stack.extend_from_slice(under);
                    self.top = top;
                    return self.pop_ended(import_ended);
                }
                Action::Pop => {
                    import_ended |= self.table.is_import(self.top);
                    let Some(under) = self.stack.pop() else {
                        return Fed::Refused {
                            wants_indent: false,
                        };
                    };
                    self.top = under;
                }
                Action::Fail => {
                    return Fed::Refused {
                        wants_indent: self.table.wants_indent(self.top),
                    };
                }
            }
        }
    }

    fn pop_ended(&mut self, mut import_ended: bool) -> Fed {
        while grammar::only_ends(self.top) {
            import_ended |= self.table.is_import(self.top);
            let Some(under) = self.stack.pop() else {
                return Fed::Done;
            };
            self.top = under;
        }
        Fed::Shifted { import_ended }
    }
}
