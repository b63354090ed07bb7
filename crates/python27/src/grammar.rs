//! The grammar of Python 2.7 -> the table that drives the parser.
//!
//! The rules are those of the language reference, one deterministic automaton for each, since what CPython says of a
//! wrong program depends on the states of these automata and on how many of them are open. The table answers, for a
//! state and a label, what happens until the label is shifted: which states the automata on the way are left in.
//!
//! Invariant: the grammar is LL(1); a test holds it to that.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::label::Label;

/// The rules. Quoted words are labels; words in capitals are labels that carry text or structure.
const RULES: &str = "
file_input: ( NEWLINE | stmt ) * ENDMARKER
decorator: '@' dotted_name [ '(' [ arglist ] ')' ] NEWLINE
decorators: decorator +
decorated: decorators ( classdef | funcdef )
funcdef: 'def' NAME parameters ':' suite
parameters: '(' [ varargslist ] ')'
varargslist: ( fpdef [ '=' test ] ',' ) * ( '*' NAME [ ',' '**' NAME ] | '**' NAME ) | fpdef [ '=' test ] ( ',' fpdef [ '=' test ] ) * [ ',' ]
fpdef: NAME | '(' fplist ')'
fplist: fpdef ( ',' fpdef ) * [ ',' ]
stmt: simple_stmt | compound_stmt
simple_stmt: small_stmt ( ';' small_stmt ) * [ ';' ] NEWLINE
small_stmt: expr_stmt | print_stmt | del_stmt | pass_stmt | flow_stmt | import_stmt | global_stmt | exec_stmt | assert_stmt
expr_stmt: testlist ( augassign ( yield_expr | testlist ) | ( '=' ( yield_expr | testlist ) ) * )
augassign: '+=' | '-=' | '*=' | '/=' | '%=' | '&=' | '|=' | '^=' | '<<=' | '>>=' | '**=' | '//='
print_stmt: 'print' ( [ test ( ',' test ) * [ ',' ] ] | '>>' test [ ( ',' test ) + [ ',' ] ] )
del_stmt: 'del' exprlist
pass_stmt: 'pass'
flow_stmt: break_stmt | continue_stmt | return_stmt | raise_stmt | yield_stmt
break_stmt: 'break'
continue_stmt: 'continue'
return_stmt: 'return' [ testlist ]
yield_stmt: yield_expr
raise_stmt: 'raise' [ test [ ',' test [ ',' test ] ] ]
import_stmt: import_name | import_from
import_name: 'import' dotted_as_names
import_from: 'from' ( '.' * dotted_name | '.' + ) 'import' ( '*' | '(' import_as_names ')' | import_as_names )
import_as_name: NAME [ 'as' NAME ]
dotted_as_name: dotted_name [ 'as' NAME ]
import_as_names: import_as_name ( ',' import_as_name ) * [ ',' ]
dotted_as_names: dotted_as_name ( ',' dotted_as_name ) *
dotted_name: NAME ( '.' NAME ) *
global_stmt: 'global' NAME ( ',' NAME ) *
exec_stmt: 'exec' expr [ 'in' test [ ',' test ] ]
assert_stmt: 'assert' test [ ',' test ]
compound_stmt: if_stmt | while_stmt | for_stmt | try_stmt | with_stmt | funcdef | classdef | decorated
if_stmt: 'if' test ':' suite ( 'elif' test ':' suite ) * [ 'else' ':' suite ]
while_stmt: 'while' test ':' suite [ 'else' ':' suite ]
for_stmt: 'for' exprlist 'in' testlist ':' suite [ 'else' ':' suite ]
try_stmt: 'try' ':' suite ( ( except_clause ':' suite ) + [ 'else' ':' suite ] [ 'finally' ':' suite ] | 'finally' ':' suite )
with_stmt: 'with' with_item ( ',' with_item ) * ':' suite
with_item: test [ 'as' expr ]
except_clause: 'except' [ test [ ( 'as' | ',' ) test ] ]
suite: simple_stmt | NEWLINE INDENT stmt + DEDENT
testlist_safe: old_test [ ( ',' old_test ) + [ ',' ] ]
old_test: or_test | old_lambdef
old_lambdef: 'lambda' [ varargslist ] ':' old_test
test: or_test [ 'if' or_test 'else' test ] | lambdef
or_test: and_test ( 'or' and_test ) *
and_test: not_test ( 'and' not_test ) *
not_test: 'not' not_test | comparison
comparison: expr ( comp_op expr ) *
comp_op: '<' | '>' | '==' | '>=' | '<=' | '<>' | '!=' | 'in' | 'not' 'in' | 'is' | 'is' 'not'
expr: xor_expr ( '|' xor_expr ) *
xor_expr: and_expr ( '^' and_expr ) *
and_expr: shift_expr ( '&' shift_expr ) *
shift_expr: arith_expr ( ( '<<' | '>>' ) arith_expr ) *
arith_expr: term ( ( '+' | '-' ) term ) *
term: factor ( ( '*' | '/' | '%' | '//' ) factor ) *
factor: ( '+' | '-' | '~' ) factor | power
power: atom trailer * [ '**' factor ]
atom: '(' [ yield_expr | testlist_comp ] ')' | '[' [ listmaker ] ']' | '{' [ dictorsetmaker ] '}' | '`' testlist1 '`' | NAME | NUMBER | STRING +
listmaker: test ( list_for | ( ',' test ) * [ ',' ] )
testlist_comp: test ( comp_for | ( ',' test ) * [ ',' ] )
lambdef: 'lambda' [ varargslist ] ':' test
trailer: '(' [ arglist ] ')' | '[' subscriptlist ']' | '.' NAME
subscriptlist: subscript ( ',' subscript ) * [ ',' ]
subscript: '.' '.' '.' | test | [ test ] ':' [ test ] [ sliceop ]
sliceop: ':' [ test ]
exprlist: expr ( ',' expr ) * [ ',' ]
testlist: test ( ',' test ) * [ ',' ]
dictorsetmaker: test ':' test ( comp_for | ( ',' test ':' test ) * [ ',' ] ) | test ( comp_for | ( ',' test ) * [ ',' ] )
classdef: 'class' NAME [ '(' [ testlist ] ')' ] ':' suite
arglist: ( argument ',' ) * ( argument [ ',' ] | '*' test ( ',' argument ) * [ ',' '**' test ] | '**' test )
argument: test [ comp_for ] | test '=' test
list_iter: list_for | list_if
list_for: 'for' exprlist 'in' testlist_safe [ list_iter ]
list_if: 'if' old_test [ list_iter ]
comp_iter: comp_for | comp_if
comp_for: 'for' exprlist 'in' or_test [ comp_iter ]
comp_if: 'if' old_test [ comp_iter ]
testlist1: test ( ',' test ) *
yield_expr: 'yield' [ testlist ]
";

const N_LABELS: usize = Label::ALL.len();

/// A state of one of the automata; states of all rules are numbered together.
type State = u16;

/// What a state does with a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Nothing fits, and the rule may not end here.
    Fail,
    /// The rule ends here; the state under it decides.
    Pop,
    /// The label is shifted along a run of states.
    Shift(Run),
}

/// Where the states are that shifting a label leaves: the first replaces the top one, the others are pushed. A run has
/// at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) start: u16,
    pub(crate) len: u16,
}

/// A state at its place in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The labels, a bit for each, at which this state ends its rule, and the states before it end theirs too.
    skipped_at: u128,
    pub(crate) state: State,
    /// How many states that is, this one counted; the first of a run is never one of them.
    pub(crate) n_skipped: u8,
    /// Whether the state can do nothing but end its rule.
    pub(crate) only_ends: bool,
    /// Whether the rule is that of import statements, after which CPython looks for future features.
    pub(crate) import: bool,
}

impl Entry {
    /// Whether [`n_skipped`](Entry::n_skipped) rules end at a label.
    pub(crate) fn skips(&self, label: Label) -> bool {
        self.skipped_at >> (label as u8) & 1 == 1
    }
}

const FAIL: u16 = 0;
const POP: u16 = 1;
const FIRST_RUN: u16 = 2;

/// The parser's table.
pub(crate) struct Table {
    /// For each state and label, [`FAIL`], [`POP`], or the number of a run.
    actions: Vec<u16>,
    runs: Vec<Run>,
    /// The states of all runs.
    entries: Vec<Entry>,
    states: Vec<StateFacts>,
    /// Where the entry is that `file_input` begins with.
    pub(crate) start: u16,
}

/// What is known of a state wherever it stands.
#[derive(Clone, Copy)]
struct StateFacts {
    only_ends: bool,
    import: bool,
    /// Whether an indent is the only label that fits.
    wants_indent: bool,
    /// The labels, a bit for each, at which it ends its rule.
    pops: u128,
}

impl Table {
    /// The table of Python 2.7, made on first use.
    pub(crate) fn get() -> &'static Table {
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(|| tabulate(&automata()))
    }

    pub(crate) fn action(&self, state: State, label: Label) -> Action {
        match self.actions[state as usize * N_LABELS + label as usize] {
            FAIL => Action::Fail,
            POP => Action::Pop,
            run => Action::Shift(self.runs[(run - FIRST_RUN) as usize]),
        }
    }

    /// The state at a place in the runs.
    pub(crate) fn entry(&self, place: u16) -> &Entry {
        &self.entries[place as usize]
    }

    pub(crate) fn wants_indent(&self, state: State) -> bool {
        self.states[state as usize].wants_indent
    }
}

/// What an arc is labelled with: a terminal, or the number of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Symbol {
    Terminal(u8),
    Rule(usize),
}

/// One state of a rule's automaton.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Node {
    arcs: Vec<(Symbol, usize)>,
    accepts: bool,
}

struct Rule {
    name: &'static str,
    nodes: Vec<Node>,
}

/// Every rule's minimal automaton; state 0 begins it.
fn automata() -> Vec<Rule> {
    let rules: Vec<(&str, &str)> = RULES
        .lines()
        .filter_map(|line| line.split_once(": "))
        .collect();
    let names: Vec<&str> = rules.iter().map(|&(name, _)| name).collect();
    let build = |&(name, body): &(&'static str, &'static str)| {
        let mut nfa = Nfa {
            edges: Vec::new(),
            names: &names,
            words: body.split_whitespace().collect(),
            at: 0,
        };
        let (start, end) = nfa.alternatives();
        Rule {
            name,
            nodes: minimise(nfa.determinise(start, end)),
        }
    };
    rules.iter().map(build).collect()
}

/// A rule's automaton before it is made deterministic; an edge without a symbol costs nothing.
struct Nfa<'g> {
    edges: Vec<Vec<(Option<Symbol>, usize)>>,
    names: &'g [&'static str],
    words: Vec<&'static str>,
    at: usize,
}

impl Nfa<'_> {
    fn node(&mut self) -> usize {
        self.edges.push(Vec::new());
        self.edges.len() - 1
    }

    fn word(&self) -> &'static str {
        self.words.get(self.at).copied().unwrap_or_default()
    }

    fn alternatives(&mut self) -> (usize, usize) {
        let (start, end) = (self.node(), self.node());
        loop {
            let (from, to) = self.sequence();
            self.edges[start].push((None, from));
            self.edges[to].push((None, end));
            if self.word() != "|" {
                return (start, end);
            }
            self.at += 1;
        }
    }

    fn sequence(&mut self) -> (usize, usize) {
        let start = self.node();
        let mut end = start;
        while !matches!(self.word(), "" | "|" | ")" | "]") {
            let (from, to) = self.item();
            self.edges[end].push((None, from));
            end = to;
        }
        (start, end)
    }

    fn item(&mut self) -> (usize, usize) {
        let word = self.word();
        self.at += 1;
        let (start, end) = match word {
            "(" | "[" => {
                let inner = self.alternatives();
                self.at += 1;
                if word == "[" {
                    self.edges[inner.0].push((None, inner.1));
                }
                inner
            }
            _ => {
                let ends = (self.node(), self.node());
                let symbol = self.symbol(word);
                self.edges[ends.0].push((Some(symbol), ends.1));
                ends
            }
        };
        let repeat = self.word();
        if matches!(repeat, "*" | "+") {
            self.at += 1;
            self.edges[end].push((None, start));
        }
        if repeat == "*" {
            return (start, start);
        }
        (start, end)
    }

    fn symbol(&self, word: &str) -> Symbol {
        if let Some(rule) = self.names.iter().position(|&name| name == word) {
            return Symbol::Rule(rule);
        }
        Symbol::Terminal(Label::named(word.trim_matches('\'')).unwrap_or(Label::Unknown) as u8)
    }

    fn closure(&self, mut states: Vec<usize>) -> Vec<usize> {
        let mut at = 0;
        while at < states.len() {
            for &(symbol, to) in &self.edges[states[at]] {
                if symbol.is_none() && !states.contains(&to) {
                    states.push(to);
                }
            }
            at += 1;
        }
        states.sort_unstable();
        states
    }

    fn determinise(&self, start: usize, end: usize) -> Vec<Node> {
        let mut sets = vec![self.closure(vec![start])];
        let mut nodes = Vec::new();
        while nodes.len() < sets.len() {
            let set = sets[nodes.len()].clone();
            let edges = || set.iter().flat_map(|&state| &self.edges[state]);
            let mut symbols: Vec<Symbol> = edges().filter_map(|&(symbol, _)| symbol).collect();
            symbols.sort_unstable();
            symbols.dedup();
            let mut node = Node {
                arcs: Vec::new(),
                accepts: set.contains(&end),
            };
            for symbol in symbols {
                let to = edges()
                    .filter(|(s, _)| *s == Some(symbol))
                    .map(|&(_, to)| to)
                    .collect();
                let target = self.closure(to);
                let known = sets.iter().position(|set| *set == target);
                node.arcs.push((symbol, known.unwrap_or(sets.len())));
                if known.is_none() {
                    sets.push(target);
                }
            }
            nodes.push(node);
        }
        nodes
    }
}

/// Merges states that do the same, as pgen does, until none are left.
fn minimise(mut nodes: Vec<Node>) -> Vec<Node> {
    while let Some((kept, gone)) = twins(&nodes) {
        nodes.remove(gone);
        for (_, to) in nodes.iter_mut().flat_map(|node| &mut node.arcs) {
            if *to == gone {
                *to = kept;
            } else if *to > gone {
                *to -= 1;
            }
        }
    }
    nodes
}

fn twins(nodes: &[Node]) -> Option<(usize, usize)> {
    (1..nodes.len()).find_map(|k| (0..k).find(|&j| nodes[j] == nodes[k]).map(|j| (j, k)))
}

/// The labels that a rule can begin with, for each rule: a bit for each label.
fn first_sets(rules: &[Rule]) -> Vec<u128> {
    let mut first = vec![0_u128; rules.len()];
    loop {
        let mut grew = false;
        for (r, rule) in rules.iter().enumerate() {
            let begin = |labels, &(symbol, _): &(Symbol, usize)| labels | begins(symbol, &first);
            let labels = rule.nodes[0].arcs.iter().fold(first[r], begin);
            grew |= labels != first[r];
            first[r] = labels;
        }
        if !grew {
            return first;
        }
    }
}

/// The labels that a symbol can begin with.
fn begins(symbol: Symbol, first: &[u128]) -> u128 {
    match symbol {
        Symbol::Terminal(label) => 1 << label,
        Symbol::Rule(rule) => first[rule],
    }
}

fn tabulate(rules: &[Rule]) -> Table {
    let first = first_sets(rules);
    let mut offsets = Vec::new();
    let mut n_states = 0;
    for rule in rules {
        offsets.push(n_states);
        n_states += rule.nodes.len();
    }
    let mut table = Table {
        actions: Vec::with_capacity(n_states * N_LABELS),
        runs: Vec::new(),
        entries: Vec::new(),
        states: Vec::with_capacity(n_states),
        start: 0,
    };
    let mut runs: Vec<Vec<State>> = Vec::new();
    let mut known = HashMap::new();
    for (r, rule) in rules.iter().enumerate() {
        for (n, node) in rule.nodes.iter().enumerate() {
            let mut pops = 0;
            for &label in Label::ALL {
                let run = descend(rules, &first, &offsets, (r, n), label as u8);
                let action = match run.is_empty() {
                    true if node.accepts => POP,
                    true => FAIL,
                    false => *known.entry(run).or_insert_with_key(|run| {
                        runs.push(run.clone());
                        FIRST_RUN + narrow(runs.len() - 1)
                    }),
                };
                pops |= u128::from(action == POP) << (label as u8);
                table.actions.push(action);
            }
            table.states.push(StateFacts {
                only_ends: node.accepts && node.arcs.is_empty(),
                import: rule.name == "import_stmt",
                wants_indent: node.arcs.len() == 1
                    && node.arcs[0].0 == Symbol::Terminal(Label::Indent as u8),
                pops,
            });
        }
    }
    table.start = table.add_run(&[0]).start;
    for run in &runs {
        let run = table.add_run(run);
        table.runs.push(run);
    }
    table
}

impl Table {
    /// Notes the states of a run, each with what it skips.
    fn add_run(&mut self, run: &[State]) -> Run {
        let start = narrow(self.entries.len());
        let mut below: Option<Entry> = None;
        for &state in run {
            let facts = self.states[state as usize];
            let mut entry = Entry {
                skipped_at: 0,
                state,
                n_skipped: 0,
                only_ends: facts.only_ends,
                import: facts.import,
            };
            // A comma ends most of the rules of an expression, so it tells which states may well be left together.
            let skippable = facts.pops >> (Label::Comma as u8) & 1 == 1 && !facts.import;
            if let Some(below) = below
                && skippable
            {
                entry.n_skipped = 1 + below.n_skipped;
                entry.skipped_at = match below.n_skipped {
                    0 => facts.pops,
                    _ => facts.pops & below.skipped_at,
                };
            }
            self.entries.push(entry);
            below = Some(entry);
        }
        Run {
            start,
            len: narrow(run.len()),
        }
    }
}

/// The states that shifting a label from a state leaves behind, outermost first; none when the label does not fit.
fn descend(
    rules: &[Rule],
    first: &[u128],
    offsets: &[usize],
    from: (usize, usize),
    label: u8,
) -> Vec<State> {
    let (mut rule, mut node) = from;
    let mut run = Vec::new();
    loop {
        let fits = |arc: &&(Symbol, usize)| begins(arc.0, first) >> label & 1 == 1;
        let arc = rules[rule].nodes[node].arcs.iter().find(fits);
        let Some(&(symbol, to)) = arc else {
            return Vec::new();
        };
        run.push(narrow(offsets[rule] + to));
        match symbol {
            Symbol::Terminal(_) => return run,
            Symbol::Rule(inner) => (rule, node) = (inner, 0),
        }
    }
}

fn narrow(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_rules_is_a_label_or_a_rule() {
        let rules: Vec<(&str, &str)> = RULES
            .lines()
            .filter_map(|line| line.split_once(": "))
            .collect();
        for (_, body) in &rules {
            for word in body.split_whitespace() {
                let text = word.trim_matches('\'');
                let known = matches!(word, "(" | ")" | "[" | "]" | "*" | "+" | "|")
                    || Label::named(text).is_some()
                    || rules.iter().any(|(name, _)| *name == word);
                assert!(known, "{word}");
            }
        }
    }

    #[test]
    fn no_state_can_do_two_things_with_one_label() {
        let rules = automata();
        let first = first_sets(&rules);
        for rule in &rules {
            for node in &rule.nodes {
                for &label in Label::ALL {
                    let fits = |symbol: &Symbol| begins(*symbol, &first) >> (label as u8) & 1 == 1;
                    let n = node.arcs.iter().filter(|(symbol, _)| fits(symbol)).count();
                    assert!(n <= 1, "{} and {label:?}", rule.name);
                }
            }
        }
    }
}
