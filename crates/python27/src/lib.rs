//! Says what CPython 2.7 would say of a source file, without CPython.
