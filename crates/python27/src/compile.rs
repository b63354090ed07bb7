//! The tree and its scopes -> the first error of CPython's code generator, without generating code.
//!
//! The generator's errors carry the line it has reached, which expressions move forward too. As errors are rare, a
//! first walk looks at statements only; when it meets an error, or when a `yield` stands where none may, a second walk
//! follows every expression and finds the line.

mod constant;
mod walk;

use crate::symtable::Facts;
use crate::tree::Module;
use crate::verdict::Error;

/// Checks a module; `future_line` is the line of the last future statement that counts.
pub(crate) fn check(module: &Module<'_>, facts: &Facts, future_line: u32) -> Result<(), Error> {
    if !facts.stray_yield && walk::walk(module, facts, future_line, false).is_ok() {
        return Ok(());
    }
    walk::walk(module, facts, future_line, true)
}
