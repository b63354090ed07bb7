//! What the Framework expects of an agent's classes.
//!
//! Only classes whose base is written `Agent.Movies` and the like are judged; what they inherit from classes of the
//! plug-in's own is not known here, and so never blamed.

use python27::tree::{ClassDef, ExprKind, FunctionDef, Module, ParamKind, ParamTarget, StmtKind};

use crate::finding::Found;
use crate::names::Names;
use crate::rules;

const KINDS: [&str; 5] = ["Movies", "TV_Shows", "Artist", "Album", "Photos"];
/// Methods with the arguments that are passed whenever their names match.
const METHODS: [(&str, &[&str]); 2] = [
    ("search", &["manual", "primary", "tree", "partial"]),
    (
        "update",
        &["force", "child_guid", "child_id", "periodic", "prefs"],
    ),
];
/// The object itself, what is to be filled in, the item, the language.
const N_ARGUMENTS: usize = 4;

/// Adds what the agents of the main file lack.
pub(crate) fn check(names: &Names<'_, '_>, found: &mut Vec<Found>) {
    let module = names.module;
    for (_, stmt) in module.stmts() {
        let StmtKind::ClassDef(id) = stmt.kind else {
            continue;
        };
        let class = module.class(id);
        if is_agent(names, class) && !is_base(module, class) {
            judge(module, class, found);
        }
    }
}

/// Whether the only base is one of the Framework's.
fn is_agent(names: &Names<'_, '_>, class: &ClassDef) -> bool {
    let [base] = names.module.list(class.bases) else {
        return false;
    };
    names.qualified(*base).is_some_and(|base| {
        base.strip_prefix("Agent.")
            .is_some_and(|kind| KINDS.contains(&kind))
    })
}

/// Whether another class of the file builds on this one.
fn is_base(module: &Module<'_>, class: &ClassDef) -> bool {
    module.stmts().any(|(_, stmt)| {
        let StmtKind::ClassDef(id) = stmt.kind else {
            return false;
        };
        module
            .list(module.class(id).bases)
            .iter()
            .any(|&base| module.expr(base).kind == ExprKind::Name(class.name))
    })
}

fn judge(module: &Module<'_>, class: &ClassDef, found: &mut Vec<Found>) {
    let mut defined: Vec<&str> = Vec::new();
    for &id in module.list(class.body) {
        match module.stmt(id).kind {
            StmtKind::FunctionDef(id) => {
                let function = module.function(id);
                defined.push(module.name(function.name));
                signature(module, function, found);
            }
            StmtKind::Assign { targets, .. } => {
                for &target in module.list(targets) {
                    if let ExprKind::Name(name) = module.expr(target).kind {
                        defined.push(module.name(name));
                    }
                }
            }
            // Whatever else a body does may define anything.
            StmtKind::Pass | StmtKind::Expr(_) => {}
            _ => return,
        }
    }
    for wanted in ["name", "languages", "search", "update"] {
        if !defined.contains(&wanted) {
            found.push(Found {
                rule: &rules::AGENT_INCOMPLETE,
                at: class.name_span.start,
                message: format!("the agent {} has no {wanted}", module.name(class.name)),
            });
        }
    }
}

fn signature(module: &Module<'_>, function: &FunctionDef, found: &mut Vec<Found>) {
    let name = module.name(function.name);
    let Some((_, optional)) = METHODS.iter().find(|(method, _)| *method == name) else {
        return;
    };
    if !module.list(function.decorators).is_empty() {
        return;
    }
    let params = module.list(function.params);
    let takes_any = params.iter().any(|param| param.kind == ParamKind::Star);
    let plain: Vec<_> = params
        .iter()
        .filter(|param| param.kind == ParamKind::Plain)
        .collect();
    let problem = if plain.len() < N_ARGUMENTS && !takes_any {
        Some(format!(
            "{name} takes {} arguments, the Framework passes {N_ARGUMENTS}",
            plain.len()
        ))
    } else {
        let never_passed = plain.iter().skip(N_ARGUMENTS).find(|param| {
            let ParamTarget::Name(name) = param.target else {
                return false;
            };
            param.default.is_none() && !optional.contains(&module.name(name))
        });
        never_passed.map(|param| {
            let shown = String::from_utf8_lossy(module.slice(param.span)).into_owned();
            format!("{name} needs the argument {shown}, which the Framework never passes")
        })
    };
    if let Some(message) = problem {
        found.push(Found {
            rule: &rules::AGENT_SIGNATURE,
            at: function.name_span.start,
            message,
        });
    }
}
