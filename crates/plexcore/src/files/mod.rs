//! The edge to the disk: Plex's folders on every platform, and writes that are whole or absent.

pub mod atomic;
pub mod log_file;
pub mod log_set;
mod path_bytes;
pub mod plex_folders;
pub mod registry;
pub mod server_logs;
pub mod tail;

pub use atomic::{sync_folder, write_atomically};
pub use path_bytes::path_of_bytes;
