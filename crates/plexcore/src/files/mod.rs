//! The edge to the disk: Plex's folders on every platform, and writes that are whole or absent.

pub mod atomic;
pub mod log_file;
pub mod log_set;
mod path_bytes;
pub mod plex_folders;
mod real_path;
pub mod registry;
mod rename;
pub mod server_logs;
pub mod tail;

pub use atomic::{sync_folder, write_atomically};
pub use path_bytes::path_of_bytes;
pub(crate) use real_path::destination;
pub use real_path::{parent_of, real_path};
pub use rename::rename;
