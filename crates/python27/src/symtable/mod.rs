//! The tree -> which name belongs to which scope, and CPython's errors about that.
//!
//! First the tree is walked in CPython's order and every use and binding is noted ([`walk`]); then the scopes are
//! settled from the outside in and back ([`analysis`]). What the compile stage needs of it is small: which `del` meets
//! a variable of a nested scope, and which `yield` stands outside of any function.

mod analysis;
mod scopes;
mod walk;

use std::collections::HashSet;

use crate::tree::{ExprId, Module};
use crate::verdict::Error;

/// What the compile stage has to know.
pub(crate) struct Facts {
    /// Names after `del` that a nested scope refers to.
    pub(crate) undeletable: HashSet<ExprId>,
    /// Whether some `yield` stands in a module or class body.
    pub(crate) stray_yield: bool,
}

/// Builds the scopes; the first error in CPython's order.
pub(crate) fn check(module: &Module<'_>) -> Result<Facts, Error> {
    let mut walked = walk::walk(module)?;
    let cells = analysis::analyse(module, &mut walked)?;
    let undeletable = walked
        .deletions
        .iter()
        .filter(|deletion| {
            cells
                .binary_search(&(deletion.scope, deletion.symbol))
                .is_ok()
        })
        .map(|deletion| deletion.name)
        .collect();
    Ok(Facts {
        undeletable,
        stray_yield: walked.stray_yield,
    })
}
