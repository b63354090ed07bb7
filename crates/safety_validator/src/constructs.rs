//! What `python27` says beyond the verdict -> findings with a way out.
//!
//! `python27` decides what is a construct of Python 3; this room knows the script's word for it and what to write
//! instead.

use python27::FindingKind;

use crate::finding::{Finding, Level};
use crate::rules::{self, Family, Rule};
use crate::source::Lines;

macro_rules! constructs {
    ($($name:ident = $id:literal, $label:literal, $way_out:literal;)*) => {
        $(static $name: Rule = Rule {
            id: $id,
            family: Family::Python3,
            level: Level::Error,
            why: "Python 2.7 has no such syntax",
            way_out: $way_out,
        };)*

        /// Each rule with the word for it in the line that the script printed.
        static CONSTRUCTS: &[(&Rule, &str)] = &[$((&$name, $label)),*];
    };
}

constructs! {
    F_STRING = "f-string", "f-strings", "write '{}'.format(x) or '%s' % x";
    T_STRING = "t-string", "t-strings", "write '{}'.format(x) or '%s' % x";
    BYTES_PREFIX = "bytes-prefix", "rb'' literals", "write br''";
    ANNOTATION = "annotation", "type hints", "remove the annotation, or write it as a comment";
    VARIABLE_ANNOTATION = "variable-annotation", "type hints", "remove the annotation, or write it as a comment";
    TYPE_ALIAS = "type-alias", "type hints", "remove the alias";
    TYPE_PARAMETERS = "type-parameters", "type hints", "remove the list of type parameters";
    ASYNC = "async", "async/await", "write an ordinary function; the Framework has Thread.Create";
    AWAIT = "await", "async/await", "call the function";
    WALRUS = "walrus", "assignment expressions", "assign on a line of its own";
    NONLOCAL = "nonlocal", "nonlocal", "keep the value in a list or an object";
    RAISE_FROM = "raise-from", "raise ... from", "raise the new exception alone";
    MATRIX_PRODUCT = "matrix-product", "matrix product", "call the function for it";
    NUMBER_UNDERSCORE = "number-underscore", "underscores in numbers", "remove the underscores";
    PRINT_FUNCTION = "print-function", "print as a function", "from __future__ import print_function as the first statement";
    YIELD_FROM = "yield-from", "yield from", "for x in y: yield x";
    STARRED_TARGET = "starred-target", "starred targets", "take the list apart by index";
    UNPACKING = "unpacking", "unpacking in displays", "list(a) + list(b), or dict(a, **b)";
    CALL_UNPACKING = "call-unpacking", "several unpackings in a call", "join the lists first";
    CLASS_KEYWORD = "class-keyword", "keywords in class heads", "__metaclass__ = M in the class";
    CLASS_UNPACKING = "class-unpacking", "unpacking in class heads", "name the bases";
    KEYWORD_ONLY = "keyword-only", "keyword-only parameters", "give the parameters defaults, or take **kwargs";
    POSITIONAL_ONLY = "positional-only", "positional-only parameters", "remove the mark";
    ELLIPSIS = "ellipsis", "... as an expression", "write pass or None";
    EXCEPT_STAR = "except-star", "except*", "write except";
    MATCH = "match", "match statements", "write if and elif";
    WITH_PARENTHESES = "with-parentheses", "with and parentheses", "with a as b, c as d: without the parentheses";
    DECORATOR_EXPRESSION = "decorator-expression", "decorator expressions", "give the decorator a name first";
    UNICODE_NAME = "unicode-name", "names beyond ASCII", "use ASCII letters in names";
    OTHER = "python3-syntax", "syntax of Python 3", "write it as Python 2.7 has it";
}

/// Every rule for a construct.
pub(crate) fn rules() -> impl Iterator<Item = &'static Rule> {
    CONSTRUCTS.iter().map(|&(rule, _)| rule)
}

/// The word for a construct in the line that the script printed.
pub(crate) fn label(rule: &Rule) -> &'static str {
    let known = CONSTRUCTS.iter().find(|(known, _)| known.id == rule.id);
    known.map_or("syntax of Python 3", |&(_, label)| label)
}

/// What `python27` found, as findings.
pub(crate) fn findings(found: &[python27::Finding], lines: &Lines<'_>) -> Vec<Finding> {
    found
        .iter()
        .map(|finding| {
            let (rule, message) = match finding.kind {
                FindingKind::Python3Only { .. } => (rule_of(finding.id), finding.message.clone()),
                FindingKind::OtherMeaning => (&rules::OTHER_MEANING, finding.message.clone()),
                FindingKind::FurtherError => (
                    &rules::FURTHER_ERROR,
                    format!("SyntaxError: {}", finding.message),
                ),
                FindingKind::CPythonLimit => (&rules::CPYTHON_LIMIT, finding.message.clone()),
            };
            Finding {
                rule,
                level: rule.level,
                place: lines.on(finding.line, finding.column),
                message,
            }
        })
        .collect()
}

fn rule_of(id: &str) -> &'static Rule {
    let known = CONSTRUCTS.iter().find(|(rule, _)| rule.id == id);
    known.map_or(&OTHER, |&(rule, _)| rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_construct_that_is_named_has_a_way_out_of_its_own() {
        let source = include_str!("../../python27/src/py3.rs");
        let ids = source
            .split("self.add(")
            .skip(1)
            .filter_map(|call| call.split('"').nth(1));
        let mut n = 0;
        for id in ids {
            assert!(rule_of(id).id == id, "{id}");
            n += 1;
        }
        assert!(n > 25, "only {n} calls were seen");
    }
}
