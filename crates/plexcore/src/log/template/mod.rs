//! Messages to templates: which messages say the same thing about different values.

mod absorb;
mod code;
mod evidence;
mod mask;
mod mine;
mod need;
mod rounds;
mod scan;
mod skeleton;
mod span;
mod title;
mod vocabulary;
mod word;

pub use mask::{Masked, VARIABLE, mask};
pub use mine::{Masking, Template, mine};
