//! A city's rules: file, checked, compiled.

pub mod codebook;
