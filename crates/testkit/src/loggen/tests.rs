//! The generator held against the files it wrote.
