//! Scopes and symbols while they are collected.

use std::collections::HashMap;

use crate::tree::{ExprId, Module, Name};
use crate::verdict::Error;

/// A name after private mangling.
pub(super) type Symbol = u32;
pub(super) type ScopeId = u32;

/// What a scope does with a name.
pub(super) const USE: u8 = 1;
pub(super) const LOCAL: u8 = 2;
pub(super) const PARAM: u8 = 4;
pub(super) const GLOBAL: u8 = 8;

/// Room for the names of most functions.
const USUAL_SYMBOLS: usize = 8;

/// What makes the names of a function unknowable.
pub(super) const STAR_IMPORT: u8 = 1;
pub(super) const EXEC_IN: u8 = 2;
pub(super) const BARE_EXEC: u8 = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScopeKind {
    Module,
    Class,
    Function,
}

/// A module, class, function, lambda or comprehension.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) kind: ScopeKind,
    /// The function's or class's name, for messages.
    pub(super) name: Option<Name>,
    pub(super) line: u32,
    pub(super) nested: bool,
    pub(super) generator: bool,
    pub(super) returns_value: bool,
    pub(super) unoptimised: u8,
    pub(super) unoptimised_line: u32,
    /// Names in the order of first appearance.
    pub(super) symbols: Vec<Entry>,
    pub(super) children: Vec<ScopeId>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) symbol: Symbol,
    pub(super) flags: u8,
    /// What the table of current places held for the symbol before this scope.
    outer: Place,
}

/// A `del` of a plain name.
#[derive(Debug)]
pub(super) struct Deletion {
    pub(super) name: ExprId,
    pub(super) scope: ScopeId,
    pub(super) symbol: Symbol,
}

/// Where a symbol's entry is: a scope, and a place among its symbols.
type Place = Option<(ScopeId, u32)>;

/// All scopes, the open ones on a stack.
pub(super) struct Scopes<'m, 's> {
    module: &'m Module<'s>,
    pub(super) all: Vec<Scope>,
    open: Vec<ScopeId>,
    /// For each symbol, its entry in the innermost open scope that has one.
    places: Vec<Place>,
    /// For each symbol, its entry in the module's scope.
    module_places: Vec<Option<u32>>,
    /// Symbols that mangling made and the file does not have as they are.
    mangled: HashMap<Vec<u8>, Symbol>,
    /// The file's own names by spelling, made when mangling first needs it.
    spelled: Option<HashMap<&'m [u8], Symbol>>,
    pub(super) mangled_texts: Vec<Vec<u8>>,
    /// The classes around the current place, innermost last.
    pub(super) classes: Vec<Name>,
}

impl<'m, 's> Scopes<'m, 's> {
    pub(super) fn new(module: &'m Module<'s>) -> Scopes<'m, 's> {
        let n = module.nodes.names.len();
        Scopes {
            module,
            all: Vec::new(),
            open: Vec::new(),
            places: vec![None; n],
            module_places: vec![None; n],
            mangled: HashMap::new(),
            spelled: None,
            mangled_texts: Vec::new(),
            classes: Vec::new(),
        }
    }

    pub(super) fn enter(&mut self, kind: ScopeKind, name: Option<Name>, line: u32) {
        let parent = self.open.last().copied();
        let nested = parent.is_some_and(|parent| {
            let parent = &self.all[parent as usize];
            parent.nested || parent.kind == ScopeKind::Function
        });
        let id = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        if let Some(parent) = parent {
            self.all[parent as usize].children.push(id);
        }
        self.all.push(Scope {
            kind,
            name,
            line,
            nested,
            generator: false,
            returns_value: false,
            unoptimised: 0,
            unoptimised_line: 0,
            symbols: Vec::new(),
            children: Vec::new(),
        });
        self.open.push(id);
    }

    pub(super) fn exit(&mut self) {
        if let Some(id) = self.open.pop().filter(|&id| id != 0) {
            for entry in &self.all[id as usize].symbols {
                self.places[entry.symbol as usize] = entry.outer;
            }
        }
    }

    pub(super) fn current_id(&self) -> ScopeId {
        self.open.last().copied().unwrap_or(0)
    }

    pub(super) fn current(&mut self) -> &mut Scope {
        let id = self.current_id();
        &mut self.all[id as usize]
    }

    /// Notes what the current scope does with a name.
    pub(super) fn note(&mut self, name: Name, flag: u8) -> Result<(), Error> {
        let symbol = self.symbol(name);
        if self.note_symbol(symbol, flag) {
            return Ok(());
        }
        let text = self.module.name(name);
        let message = format!("duplicate argument '{text}' in function definition");
        Err(Error::on_line(self.current().line, message))
    }

    /// Notes a use of `None`, which the file may not spell anywhere.
    pub(super) fn note_none(&mut self) {
        let symbol = self.mangled_symbol(b"None".to_vec());
        self.note_symbol(symbol, USE);
    }

    /// Notes a symbol; false when it is a parameter for the second time.
    fn note_symbol(&mut self, symbol: Symbol, flag: u8) -> bool {
        let id = self.current_id();
        if id == 0 {
            self.note_in_module(symbol, flag);
            return true;
        }
        match self.places[symbol as usize] {
            Some((scope, at)) if scope == id => {
                let entry = &mut self.all[id as usize].symbols[at as usize];
                if flag & entry.flags & PARAM != 0 {
                    return false;
                }
                entry.flags |= flag;
            }
            outer => {
                let symbols = &mut self.all[id as usize].symbols;
                if symbols.is_empty() {
                    symbols.reserve(USUAL_SYMBOLS);
                }
                let at = u32::try_from(symbols.len()).unwrap_or(u32::MAX);
                symbols.push(Entry {
                    symbol,
                    flags: flag,
                    outer,
                });
                self.places[symbol as usize] = Some((id, at));
            }
        }
        if flag == GLOBAL {
            // A `global` statement marks the module's own entry too.
            self.note_in_module(symbol, flag);
        }
        true
    }

    fn note_in_module(&mut self, symbol: Symbol, flag: u8) {
        let symbols = &mut self.all[0].symbols;
        if let Some(at) = self.module_places[symbol as usize] {
            symbols[at as usize].flags |= flag;
            return;
        }
        self.module_places[symbol as usize] =
            Some(u32::try_from(symbols.len()).unwrap_or(u32::MAX));
        symbols.push(Entry {
            symbol,
            flags: flag,
            outer: None,
        });
    }

    /// The symbol of a name: itself, or what a class around it makes of a private one.
    pub(super) fn symbol(&mut self, name: Name) -> Symbol {
        let plain = u32::try_from(name.index()).unwrap_or(u32::MAX);
        let Some(&class) = self.classes.last() else {
            return plain;
        };
        let text = self.module.slice(self.module.nodes.names[name.index()]);
        if !text.starts_with(b"__") || text.ends_with(b"__") {
            return plain;
        }
        let class = self.module.name(class).trim_start_matches('_');
        if class.is_empty() {
            return plain;
        }
        self.mangled_symbol([b"_", class.as_bytes(), text].concat())
    }

    fn mangled_symbol(&mut self, text: Vec<u8>) -> Symbol {
        let module = self.module;
        let spelled = self.spelled.get_or_insert_with(|| {
            let spans = module.nodes.names.iter().enumerate();
            spans
                .map(|(k, &span)| (module.slice(span), u32::try_from(k).unwrap_or(u32::MAX)))
                .collect()
        });
        if let Some(&symbol) = spelled.get(text.as_slice()) {
            return symbol;
        }
        if let Some(&symbol) = self.mangled.get(&text) {
            return symbol;
        }
        let symbol = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        self.places.push(None);
        self.module_places.push(None);
        self.mangled_texts.push(text.clone());
        self.mangled.insert(text, symbol);
        symbol
    }
}
