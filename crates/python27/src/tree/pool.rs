//! Handles: small numbers that name a node or a run of nodes in a [`Module`].
//!
//! [`Module`]: super::Module

use std::marker::PhantomData;
use std::num::NonZeroU32;

macro_rules! handle {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(NonZeroU32);

        impl $name {
            /// The handle of the node at `index` of its pool. Texts past 2 GiB are refused, so 32 bits suffice.
            pub(crate) fn at(index: usize) -> $name {
                $name(NonZeroU32::MIN.saturating_add(u32::try_from(index).unwrap_or(u32::MAX)))
            }

            /// The node's place in its pool, for tables kept beside the tree.
            pub fn index(self) -> usize {
                self.0.get() as usize - 1
            }
        }
    )*};
}

handle! {
    /// Names an [`Expr`](super::Expr).
    ExprId;
    /// Names a [`Stmt`](super::Stmt).
    StmtId;
    /// Names an identifier; equal spellings in one module have equal handles.
    Name;
    /// Names a [`StrLiteral`](super::StrLiteral).
    StrId;
    /// Names a [`Lambda`](super::Lambda).
    LambdaId;
    /// Names a [`DictComp`](super::DictComp).
    DictCompId;
    /// Names a [`FunctionDef`](super::FunctionDef).
    FunctionId;
    /// Names a [`ClassDef`](super::ClassDef).
    ClassId;
    /// Names a [`Try`](super::Try).
    TryId;
}

/// A run of neighbours in one pool; [`Module::list`](super::Module::list) gives the slice.
pub struct List<T> {
    start: u32,
    len: u32,
    of: PhantomData<fn() -> T>,
}

impl<T> List<T> {
    pub(crate) fn new(start: usize, len: usize) -> List<T> {
        // A pool never outgrows the text, and texts past 4 GiB are refused before a tree is made.
        List {
            start: u32::try_from(start).unwrap_or(u32::MAX),
            len: u32::try_from(len).unwrap_or(0),
            of: PhantomData,
        }
    }

    /// The list without items.
    pub fn empty() -> List<T> {
        List {
            start: 0,
            len: 0,
            of: PhantomData,
        }
    }

    /// How many items there are.
    pub fn len(self) -> usize {
        self.len as usize
    }

    /// Whether there is no item.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    pub(crate) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.start as usize + self.len as usize
    }
}

impl<T> Clone for List<T> {
    fn clone(&self) -> List<T> {
        *self
    }
}

impl<T> Copy for List<T> {}

impl<T> PartialEq for List<T> {
    fn eq(&self, other: &List<T>) -> bool {
        self.start == other.start && self.len == other.len
    }
}

impl<T> Eq for List<T> {}

impl<T> std::fmt::Debug for List<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "List({:?})", self.range())
    }
}

/// What can stand in a [`List`].
pub trait Pooled: Sized + Copy {
    /// The pool of a module that holds such items.
    fn pool<'m>(module: &'m super::Module<'_>) -> &'m [Self];
}

impl<T> Default for List<T> {
    fn default() -> List<T> {
        List::empty()
    }
}
