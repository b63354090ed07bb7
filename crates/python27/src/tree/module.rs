//! The module: all pools of one file, and the ways to look into them.

use std::borrow::Cow;

use crate::codecs::Codec;
use crate::{Finding, FindingKind};

use super::pool::{
    ClassId, DictCompId, ExprId, FunctionId, LambdaId, List, Name, Pooled, StmtId, StrId, TryId,
};
use super::{
    Alias, Arg, Block, Branch, ClassDef, Comparison, Comprehension, DictComp, Expr, FunctionDef,
    Handler, Lambda, Param, Span, Stmt, StrLiteral, StrPiece, Try, WithItem,
};

/// The tree of one file.
#[derive(Clone, Debug)]
pub struct Module<'s> {
    pub(crate) text: Cow<'s, [u8]>,
    pub(crate) nodes: Nodes,
}

/// The pools. [`Module`] is the way in from outside.
#[derive(Clone, Debug, Default)]
pub(crate) struct Nodes {
    pub(crate) exprs: Vec<Expr>,
    pub(crate) stmts: Vec<Stmt>,
    pub(crate) expr_lists: Vec<ExprId>,
    pub(crate) stmt_lists: Vec<StmtId>,
    pub(crate) name_lists: Vec<Name>,
    pub(crate) args: Vec<Arg>,
    pub(crate) params: Vec<Param>,
    pub(crate) comprehensions: Vec<Comprehension>,
    pub(crate) comparisons: Vec<Comparison>,
    pub(crate) branches: Vec<Branch>,
    pub(crate) handlers: Vec<Handler>,
    pub(crate) with_items: Vec<WithItem>,
    pub(crate) aliases: Vec<Alias>,
    pub(crate) pieces: Vec<StrPiece>,
    pub(crate) strings: Vec<StrLiteral>,
    pub(crate) lambdas: Vec<Lambda>,
    pub(crate) dict_comps: Vec<DictComp>,
    pub(crate) functions: Vec<FunctionDef>,
    pub(crate) classes: Vec<ClassDef>,
    pub(crate) tries: Vec<Try>,
    pub(crate) names: Vec<Span>,
    pub(crate) comments: Vec<Comment>,
    /// Lines of expressions whose first token, parentheses counted, is on another line than CPython gives the node, in
    /// the order of the expressions; where one is there twice, the last counts.
    pub(crate) outer_lines: Vec<(ExprId, u32)>,
    pub(crate) body: Block,
    /// Whether plain literals are unicode, as `from __future__ import unicode_literals` has it.
    pub(crate) unicode_literals: bool,
    /// Whether the source is declared to be UTF-8, or is after decoding: what `u""` literals are read as.
    pub(crate) literals_are_utf8: bool,
    /// The codec that made the text, if one did: byte strings hold what was there before.
    pub(crate) codec: Option<Codec>,
}

/// A comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From the `#` to the end of the line, which is not part of it.
    pub span: Span,
    /// Its line.
    pub line: u32,
}

impl Nodes {
    /// Pools with about the room that a text of this many bytes needs.
    pub(crate) fn for_text(n_bytes: usize) -> Nodes {
        Nodes {
            exprs: Vec::with_capacity(n_bytes / 16),
            expr_lists: Vec::with_capacity(n_bytes / 128),
            stmts: Vec::with_capacity(n_bytes / 40),
            stmt_lists: Vec::with_capacity(n_bytes / 40),
            args: Vec::with_capacity(n_bytes / 50),
            names: Vec::with_capacity(n_bytes / 64),
            pieces: Vec::with_capacity(n_bytes / 128),
            strings: Vec::with_capacity(n_bytes / 128),
            ..Nodes::default()
        }
    }
}

impl Module<'_> {
    /// The statements of the file.
    pub fn body(&self) -> Block {
        self.nodes.body
    }

    /// The text that spans refer to.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The bytes of a span; none of it when the span is not of this module.
    pub fn slice(&self, span: Span) -> &[u8] {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The items of a list, whichever kind they are.
    pub fn list<T: Pooled>(&self, list: List<T>) -> &[T] {
        T::pool(self).get(list.range()).unwrap_or_default()
    }

    /// An expression.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.nodes.exprs[id.index()]
    }

    /// A statement.
    pub fn stmt(&self, id: StmtId) -> &Stmt {
        &self.nodes.stmts[id.index()]
    }

    /// How many expressions there are; handles are dense, operands come before what they are part of.
    pub fn exprs(&self) -> impl Iterator<Item = (ExprId, &Expr)> {
        self.nodes
            .exprs
            .iter()
            .enumerate()
            .map(|(k, e)| (ExprId::at(k), e))
    }

    /// Every statement, nested ones included, in no order that matters.
    pub fn stmts(&self) -> impl Iterator<Item = (StmtId, &Stmt)> {
        self.nodes
            .stmts
            .iter()
            .enumerate()
            .map(|(k, s)| (StmtId::at(k), s))
    }

    /// An identifier's text.
    pub fn name(&self, name: Name) -> &str {
        // The tokenizer lets only ASCII letters, digits and underscores into a name.
        std::str::from_utf8(self.slice(self.nodes.names[name.index()])).unwrap_or_default()
    }

    /// The handle of an identifier, if the file has it anywhere.
    pub fn find_name(&self, text: &str) -> Option<Name> {
        let at = self
            .nodes
            .names
            .iter()
            .position(|&span| self.slice(span) == text.as_bytes())?;
        Some(Name::at(at))
    }

    /// Every identifier of the file, in the order of first use.
    pub fn names(&self) -> impl Iterator<Item = (Name, &str)> {
        (0..self.nodes.names.len()).map(|k| {
            let name = Name::at(k);
            (name, self.name(name))
        })
    }

    /// A dotted name as it would be written without blanks.
    pub fn dotted(&self, path: List<Name>) -> String {
        self.list(path)
            .iter()
            .map(|&name| self.name(name))
            .collect::<Vec<_>>()
            .join(".")
    }

    /// A string literal.
    pub fn string(&self, id: StrId) -> &StrLiteral {
        &self.nodes.strings[id.index()]
    }

    /// A lambda.
    pub fn lambda(&self, id: LambdaId) -> &Lambda {
        &self.nodes.lambdas[id.index()]
    }

    /// A dictionary comprehension.
    pub fn dict_comp(&self, id: DictCompId) -> &DictComp {
        &self.nodes.dict_comps[id.index()]
    }

    /// A function definition.
    pub fn function(&self, id: FunctionId) -> &FunctionDef {
        &self.nodes.functions[id.index()]
    }

    /// A class definition.
    pub fn class(&self, id: ClassId) -> &ClassDef {
        &self.nodes.classes[id.index()]
    }

    /// A `try` statement.
    pub fn try_(&self, id: TryId) -> &Try {
        &self.nodes.tries[id.index()]
    }

    /// The comments, in order.
    pub fn comments(&self) -> &[Comment] {
        &self.nodes.comments
    }

    /// Whether plain literals are unicode in this file.
    pub fn unicode_literals(&self) -> bool {
        self.nodes.unicode_literals
    }

    /// Line (from 1) and column (bytes, from 0) of an offset of [`Module::text`].
    pub fn position(&self, offset: u32) -> (u32, u32) {
        let before = self.text.get(..offset as usize).unwrap_or(&self.text);
        let line = memchr::memchr_iter(b'\n', before).count();
        let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        (
            u32::try_from(line + 1).unwrap_or(u32::MAX),
            u32::try_from(before.len() - start).unwrap_or(u32::MAX),
        )
    }

    /// Findings of one kind from offset, identifier and message, in the order of the offsets.
    pub(crate) fn findings(
        &self,
        kind: FindingKind,
        mut found: Vec<(u32, &'static str, String)>,
    ) -> Vec<Finding> {
        found.sort_by_key(|&(at, id, _)| (at, id));
        let (mut line, mut start, mut at) = (1, 0, 0);
        let mut findings = Vec::with_capacity(found.len());
        for (offset, id, message) in found {
            let offset = offset as usize;
            for end in memchr::memchr_iter(b'\n', &self.text[at..offset]) {
                line += 1;
                start = at + end + 1;
            }
            at = offset;
            let column = u32::try_from(offset - start).unwrap_or(u32::MAX);
            findings.push(Finding {
                kind,
                id,
                message,
                line,
                column,
            });
        }
        findings
    }

    /// The text of a line (from 1) without its line end.
    pub fn line_text(&self, line: u32) -> &[u8] {
        self.text
            .split(|&b| b == b'\n')
            .nth((line as usize).saturating_sub(1))
            .unwrap_or_default()
    }

    /// Gives up the borrow of the source.
    pub fn into_owned(self) -> Module<'static> {
        Module {
            text: Cow::Owned(self.text.into_owned()),
            nodes: self.nodes,
        }
    }

    /// The line of an expression's first token, the parentheses around it counted.
    pub(crate) fn outer_line(&self, id: ExprId) -> u32 {
        let odd = &self.nodes.outer_lines;
        match odd[..odd.partition_point(|&(odd, _)| odd <= id)].last() {
            Some(&(odd, line)) if odd == id => line,
            _ => self.expr(id).line,
        }
    }
}

macro_rules! pooled {
    ($($item:ty => $field:ident;)*) => {$(
        impl Pooled for $item {
            fn pool<'m>(module: &'m Module<'_>) -> &'m [$item] {
                &module.nodes.$field
            }
        }
    )*};
}

pooled! {
    ExprId => expr_lists;
    StmtId => stmt_lists;
    Name => name_lists;
    Arg => args;
    Param => params;
    Comprehension => comprehensions;
    Comparison => comparisons;
    Branch => branches;
    Handler => handlers;
    WithItem => with_items;
    Alias => aliases;
    StrPiece => pieces;
}

#[cfg(test)]
mod tests {
    use crate::tree::{ExprKind, StmtKind};

    #[test]
    fn names_and_positions_can_be_looked_up() {
        let analysis = crate::analyse(b"import os\nos.system('x')\n", "a.py");
        let module = analysis.tree.as_ref().unwrap();
        let [_, call] = module.list(module.body()) else {
            panic!("two statements")
        };
        let StmtKind::Expr(call) = module.stmt(*call).kind else {
            panic!("an expression")
        };
        let ExprKind::Call { func, args } = module.expr(call).kind else {
            panic!("a call")
        };
        let ExprKind::Attribute { value, name } = module.expr(func).kind else {
            panic!("an attribute")
        };
        assert_eq!(module.name(name), "system");
        assert_eq!(
            module.expr(value).kind,
            ExprKind::Name(module.find_name("os").unwrap())
        );
        assert_eq!(args.len(), 1);
        assert_eq!(module.position(module.expr(call).span.start), (2, 0));
        assert_eq!(module.slice(module.expr(call).span), b"os.system('x')");
    }
}
