//! The arguments of a call, and the parameters of a function.

use super::{Checker, Task};
use crate::tree::{Arg, ArgKind, ExprId, ExprKind, List, Param, ParamKind, ParamTarget};
use crate::verdict::Error;

/// CPython's limit on the arguments of one call, those after stars not counted.
const MAX_ARGUMENTS: usize = 255;

impl Checker<'_, '_> {
    /// Whether nothing can be wrong with the arguments but their values.
    pub(super) fn is_plain(&self, args: List<Arg>) -> bool {
        args.len() <= MAX_ARGUMENTS
            && self
                .module
                .list(args)
                .iter()
                .all(|arg| arg.kind == ArgKind::Positional)
    }

    pub(super) fn arg(&mut self, args: List<Arg>, at: usize) -> Result<(), Error> {
        let all = self.module.list(args);
        let Some(&arg) = all.get(at) else {
            return Ok(());
        };
        if at == 0 {
            check_counts(all)?;
        }
        self.tasks.push(Task::Args(args, at + 1));
        match arg.kind {
            ArgKind::Positional => {
                let before = |kind: fn(ArgKind) -> bool| all[..at].iter().any(|arg| kind(arg.kind));
                if before(|kind| matches!(kind, ArgKind::Keyword(_))) {
                    return Err(Error::on_line(
                        arg.line,
                        "non-keyword arg after keyword arg",
                    ));
                }
                if before(|kind| kind == ArgKind::Star) {
                    return Err(Error::on_line(
                        arg.line,
                        "only named arguments may follow *expression",
                    ));
                }
                self.push(arg.value);
            }
            ArgKind::Keyword(key) => {
                self.push(arg.value);
                self.tasks.push(Task::Keyword(args, at));
                self.push(key);
            }
            ArgKind::BareGenerator | ArgKind::Star | ArgKind::DoubleStar => self.push(arg.value),
        }
        Ok(())
    }

    pub(super) fn keyword(&self, args: List<Arg>, at: usize) -> Result<(), Error> {
        let all = self.module.list(args);
        let line = all[at].line;
        let name_of = |arg: &Arg| match arg.kind {
            ArgKind::Keyword(key) => Some(self.module.expr(key).kind),
            _ => None,
        };
        let key = name_of(&all[at]);
        let name = match key {
            Some(ExprKind::Name(name)) => name,
            Some(ExprKind::Lambda(_)) => {
                return Err(Error::on_line(line, "lambda cannot contain assignment"));
            }
            _ => return Err(Error::on_line(line, "keyword can't be an expression")),
        };
        self.forbid(name, line)?;
        if all[..at].iter().any(|arg| name_of(arg) == key) {
            return Err(Error::on_line(line, "keyword argument repeated"));
        }
        Ok(())
    }

    pub(super) fn param(&mut self, params: List<Param>, at: usize) {
        let Some(param) = self.module.list(params).get(at) else {
            return;
        };
        self.tasks.push(Task::Params(params, at + 1));
        self.tasks.push(Task::Param(params, at));
        self.push_some(&[param.default]);
    }

    pub(super) fn param_name(&mut self, params: List<Param>, at: usize) -> Result<(), Error> {
        let all = self.module.list(params);
        let param = all[at];
        let line = all[0].line;
        if param.kind == ParamKind::Plain {
            // The first parameter without a default after one with it is the error, so the one before decides.
            if param.default.is_none() && at > 0 && all[at - 1].default.is_some() {
                return Err(Error::on_line(
                    line,
                    "non-default argument follows default argument",
                ));
            }
            if param.default.is_some() && param.parenthesised {
                return Err(Error::on_line(line, "parenthesized arg with default"));
            }
        }
        match param.target {
            ParamTarget::Name(name) if param.kind == ParamKind::Plain => self.forbid(name, line),
            ParamTarget::Name(name) => self.forbid(name, param.line),
            ParamTarget::Tuple(id) => self.param_tuple(id),
        }
    }

    /// The names in a parameter that is unpacked; the line is that of the innermost tuple's first token.
    fn param_tuple(&mut self, id: ExprId) -> Result<(), Error> {
        let mut open = vec![(id, 0)];
        while let Some((tuple, at)) = open.pop() {
            let ExprKind::Tuple(items) = self.module.expr(tuple).kind else {
                continue;
            };
            let Some(&item) = self.module.list(items).get(at) else {
                continue;
            };
            open.push((tuple, at + 1));
            match self.module.expr(item).kind {
                ExprKind::Name(name) => self.forbid(name, self.module.expr(tuple).line)?,
                _ => open.push((item, 0)),
            }
        }
        Ok(())
    }
}

fn check_counts(args: &[Arg]) -> Result<(), Error> {
    let line = args[0].line;
    let generators = args
        .iter()
        .filter(|arg| arg.kind == ArgKind::BareGenerator)
        .count();
    let starred = args
        .iter()
        .filter(|arg| matches!(arg.kind, ArgKind::Star | ArgKind::DoubleStar))
        .count();
    let counted = args.len() - starred;
    if generators > 1 || generators == 1 && counted > 1 {
        return Err(Error::on_line(
            line,
            "Generator expression must be parenthesized if not sole argument",
        ));
    }
    if counted > MAX_ARGUMENTS {
        return Err(Error::on_line(line, "more than 255 arguments"));
    }
    Ok(())
}
