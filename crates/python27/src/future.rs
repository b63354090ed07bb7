//! The top of the tree -> where its future statements end, or what is wrong with one of them.

use crate::tree::{ExprKind, Module, Name, StmtKind};
use crate::verdict::Error;

/// What a future statement says when it comes too late; the compile stage finds more of these.
pub(crate) const LATE: &str = "from __future__ imports must occur at the beginning of the file";

const FEATURES: [&str; 7] = [
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
];

/// The line of the last future statement that counts, 0 without one.
pub(crate) fn last_line(module: &Module<'_>) -> Result<u32, Error> {
    let Some(future) = module.find_name("__future__") else {
        return Ok(0);
    };
    let (mut last, mut previous) = (0, 0);
    let (mut docstring, mut done) = (false, false);
    for &id in module.list(module.body()) {
        let stmt = module.stmt(id);
        if done && stmt.line > previous {
            break;
        }
        previous = stmt.line;
        match stmt.kind {
            StmtKind::ImportFrom {
                module: path,
                names,
                ..
            } if module.list(path) == [future] => {
                if done {
                    return Err(Error::on_line(stmt.line, LATE));
                }
                for alias in module.list(names) {
                    check_feature(
                        module,
                        alias.path.len() == 1,
                        module.list(alias.path).first(),
                        stmt.line,
                    )?;
                }
                last = stmt.line;
            }
            StmtKind::Expr(value)
                if !docstring && matches!(module.expr(value).kind, ExprKind::Str(_)) =>
            {
                docstring = true;
            }
            _ => done = true,
        }
    }
    Ok(last)
}

fn check_feature(
    module: &Module<'_>,
    named: bool,
    name: Option<&Name>,
    line: u32,
) -> Result<(), Error> {
    let feature = match name {
        Some(&name) if named => module.name(name),
        _ => "*",
    };
    if FEATURES.contains(&feature) {
        return Ok(());
    }
    if feature == "braces" {
        return Err(Error::on_line(line, "not a chance"));
    }
    let short: String = feature.chars().take(100).collect();
    Err(Error::on_line(
        line,
        format!("future feature {short} is not defined"),
    ))
}
