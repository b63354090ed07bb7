//! An expression -> the text or the words that it stands for, as far as the source tells.
//!
//! What is not known becomes a [`HOLE`]. A name counts when the whole file binds it once, to a value that
//! can be folded.

use python27::tree::{Arg, ArgKind, BinaryOp, ExprId, ExprKind, List, Module};

use super::HOLE;
use crate::names::Names;

/// Expressions nested deeper than this are not looked into.
const MAX_DEPTH: u32 = 40;
/// Expressions that are looked into for one call. Names that stand for sums of names would make more of them than any
/// machine can look at.
const MAX_STEPS: u32 = 1 << 12;
/// A text longer than this is cut: no command is.
const MAX_TEXT: usize = 1 << 16;

/// Folds expressions and remembers which string literals took part.
pub(super) struct Folder<'a, 'm, 's> {
    names: &'a Names<'m, 's>,
    module: &'m Module<'s>,
    depth: u32,
    steps: u32,
    /// The string literals that were used.
    pub(super) used: Vec<ExprId>,
}

impl<'a, 'm, 's> Folder<'a, 'm, 's> {
    pub(super) fn new(names: &'a Names<'m, 's>) -> Self {
        Self {
            names,
            module: names.module,
            depth: 0,
            steps: 0,
            used: Vec::new(),
        }
    }

    /// The tree that is folded.
    pub(super) fn module(&self) -> &'m Module<'s> {
        self.module
    }

    /// The text of an expression; a hole when nothing is known.
    pub(super) fn text(&mut self, id: ExprId) -> String {
        if !self.descend() {
            return HOLE.to_string();
        }
        let mut text = self.fold(id);
        self.depth -= 1;
        if text.len() > MAX_TEXT {
            let mut end = MAX_TEXT;
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.truncate(end);
        }
        text
    }

    /// Whether one more expression may be looked into, which is then counted.
    fn descend(&mut self) -> bool {
        if self.depth >= MAX_DEPTH || self.steps >= MAX_STEPS {
            return false;
        }
        self.depth += 1;
        self.steps += 1;
        true
    }

    fn fold(&mut self, id: ExprId) -> String {
        let hole = || HOLE.to_string();
        match self.module.expr(id).kind {
            ExprKind::Str(literal) => {
                self.used.push(id);
                let value = self.module.string_value(literal);
                value.map_or_else(hole, |value| {
                    String::from_utf8_lossy(&value.bytes).into_owned()
                })
            }
            ExprKind::Num { .. } => {
                String::from_utf8_lossy(self.module.slice(self.module.expr(id).span)).into_owned()
            }
            ExprKind::Name(name) => match self.names.only_value(name) {
                Some(value) => self.text(value),
                None => hole(),
            },
            ExprKind::Binary {
                op: BinaryOp::Add, ..
            } => self.sum(id),
            ExprKind::Binary {
                op: BinaryOp::Mod,
                left,
                right,
            } => self.percent(left, right),
            ExprKind::Attribute { .. } => match self.names.qualified(id).as_deref() {
                Some("os.sep") => "/".to_owned(),
                _ => hole(),
            },
            ExprKind::Subscript { value, index } => {
                let of = self.names.qualified(value);
                if of.as_deref() == Some("os.environ") && self.text(index) == "HOME" {
                    "~".to_owned()
                } else {
                    hole()
                }
            }
            ExprKind::Call { func, args } => self.call(func, args),
            _ => hole(),
        }
    }

    /// The operands of a sum, in order: a chain of any length is walked along its left side.
    fn operands(&self, id: ExprId) -> Vec<ExprId> {
        let mut operands = Vec::new();
        let mut at = id;
        while let ExprKind::Binary {
            op: BinaryOp::Add,
            left,
            right,
        } = self.module.expr(at).kind
        {
            operands.push(right);
            at = left;
        }
        operands.push(at);
        operands.reverse();
        operands
    }

    fn sum(&mut self, id: ExprId) -> String {
        let mut whole = String::new();
        for operand in self.operands(id) {
            whole.push_str(&self.text(operand));
            if whole.len() > MAX_TEXT {
                break;
            }
        }
        whole
    }

    /// `'...' % values`.
    fn percent(&mut self, left: ExprId, right: ExprId) -> String {
        let template = self.text(left);
        let values = match self.module.expr(right).kind {
            ExprKind::Tuple(items) => self.module.list(items).to_vec(),
            _ => vec![right],
        };
        let mut values = values.into_iter();
        let mut whole = String::new();
        let mut chars = template.chars();
        while let Some(c) = chars.next() {
            if c != '%' {
                whole.push(c);
                continue;
            }
            let mut is_named = false;
            let conversion = loop {
                match chars.next() {
                    Some('(') => {
                        is_named = true;
                        chars.by_ref().find(|&c| c == ')');
                    }
                    Some('#' | '0'..='9' | '-' | ' ' | '+' | '.' | '*') => {}
                    other => break other,
                }
            };
            match conversion {
                Some('%') | None => whole.push('%'),
                Some(_) if is_named => whole.push(HOLE),
                Some(_) => match values.next() {
                    Some(value) => whole.push_str(&self.text(value)),
                    None => whole.push(HOLE),
                },
            }
        }
        whole
    }

    fn call(&mut self, func: ExprId, args: List<Arg>) -> String {
        let positional = self.positional(args);
        if let ExprKind::Attribute { value, name } = self.module.expr(func).kind {
            match (self.module.name(name), positional.as_slice()) {
                ("format", _) => return self.format(value, args),
                ("join", [items])
                    if self.names.qualified(func).as_deref() != Some("os.path.join") =>
                {
                    let separator = self.text(value);
                    return match self.words(*items) {
                        Some(words) => words.join(&separator),
                        None => HOLE.to_string(),
                    };
                }
                ("strip" | "lstrip" | "rstrip" | "encode" | "decode", _) => {
                    return self.text(value);
                }
                _ => {}
            }
        }
        match (self.names.qualified(func).as_deref(), positional.as_slice()) {
            (Some("os.path.join"), [_, ..]) => {
                let parts: Vec<String> = positional.iter().map(|&part| self.text(part)).collect();
                joined_path(&parts)
            }
            (
                Some(
                    "str" | "unicode" | "os.path.expanduser" | "os.path.abspath"
                    | "os.path.realpath" | "os.path.normpath" | "os.path.expandvars",
                ),
                [one],
            ) => self.text(*one),
            (Some("os.getenv" | "os.environ.get"), [name, ..]) if self.text(*name) == "HOME" => {
                "~".to_owned()
            }
            _ => HOLE.to_string(),
        }
    }

    fn positional(&self, args: List<Arg>) -> Vec<ExprId> {
        let args = self.module.list(args).iter();
        args.take_while(|arg| arg.kind == ArgKind::Positional)
            .map(|arg| arg.value)
            .collect()
    }

    /// `'...'.format(values)`.
    fn format(&mut self, template: ExprId, args: List<Arg>) -> String {
        let template = self.text(template);
        let positional = self.positional(args);
        let mut whole = String::new();
        let mut next = 0;
        let mut chars = template.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '{' | '}' if chars.peek() == Some(&c) => {
                    whole.push(c);
                    chars.next();
                }
                '{' => {
                    let field: String = chars.by_ref().take_while(|&c| c != '}').collect();
                    let name = field.split([':', '!']).next().unwrap_or_default();
                    let value = if name.is_empty() {
                        next += 1;
                        positional.get(next - 1).copied()
                    } else {
                        name.parse::<usize>()
                            .ok()
                            .and_then(|at| positional.get(at).copied())
                            .or_else(|| self.keyword(args, name))
                    };
                    match value {
                        Some(value) => whole.push_str(&self.text(value)),
                        None => whole.push(HOLE),
                    }
                }
                _ => whole.push(c),
            }
        }
        whole
    }

    /// The value of an argument that is passed under a name.
    pub(super) fn keyword(&self, args: List<Arg>, wanted: &str) -> Option<ExprId> {
        let is_wanted = |label: ExprId| matches!(self.module.expr(label).kind, ExprKind::Name(name) if self.module.name(name) == wanted);
        let args = self.module.list(args).iter();
        args.into_iter().find_map(|arg| match arg.kind {
            ArgKind::Keyword(label) if is_wanted(label) => Some(arg.value),
            _ => None,
        })
    }

    /// The words of a list, a tuple, a sum of them, or a text that is split; `None` for anything else.
    pub(super) fn words(&mut self, id: ExprId) -> Option<Vec<String>> {
        if !self.descend() {
            return None;
        }
        let words = self.fold_words(id);
        self.depth -= 1;
        words
    }

    fn fold_words(&mut self, id: ExprId) -> Option<Vec<String>> {
        match self.module.expr(id).kind {
            ExprKind::List(items) | ExprKind::Tuple(items) => {
                let items = self.module.list(items).iter();
                Some(items.map(|&item| self.text(item)).collect())
            }
            ExprKind::Name(name) => {
                let value = self.names.only_value(name)?;
                self.words(value)
            }
            ExprKind::Binary {
                op: BinaryOp::Add, ..
            } => {
                let mut whole = Vec::new();
                let mut any = false;
                for operand in self.operands(id) {
                    match self.words(operand) {
                        Some(words) => {
                            any = true;
                            whole.extend(words);
                        }
                        None => whole.push(HOLE.to_string()),
                    }
                }
                any.then_some(whole)
            }
            ExprKind::Call { func, args } => {
                let positional = self.positional(args);
                if let ExprKind::Attribute { value, name } = self.module.expr(func).kind
                    && self.module.name(name) == "split"
                    && self.names.qualified(func).as_deref() != Some("shlex.split")
                    && positional.is_empty()
                {
                    let text = self.text(value);
                    return Some(text.split_whitespace().map(str::to_owned).collect());
                }
                match (self.names.qualified(func).as_deref(), positional.as_slice()) {
                    (Some("shlex.split"), [one, ..]) => {
                        let text = self.text(*one);
                        Some(super::shell::words(&text))
                    }
                    (Some("list" | "tuple"), [one]) => self.words(*one),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// `os.path.join`.
fn joined_path(parts: &[String]) -> String {
    let mut whole = String::new();
    for part in parts {
        if part.starts_with('/') {
            whole.clear();
        } else if !whole.is_empty() && !whole.ends_with('/') {
            whole.push('/');
        }
        whole.push_str(part);
    }
    whole
}
