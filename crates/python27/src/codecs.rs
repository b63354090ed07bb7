//! Encoded bytes -> UTF-8, with the messages of Python's codecs.

/// Whether Python has a codec of this name.
pub(crate) fn is_known(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "utf8" | "ascii" | "us-ascii" | "latin1"
    )
}

/// Decodes a whole text; the message of the error that CPython would report.
pub(crate) fn decode(name: &str, bytes: &[u8]) -> Result<Vec<u8>, String> {
    match name.to_ascii_lowercase().as_str() {
        "latin1" => Ok(bytes
            .iter()
            .flat_map(|&b| char::from(b).to_string().into_bytes())
            .collect()),
        _ => Ok(bytes.to_vec()),
    }
}

/// Decodes what follows the coding line of a file: what came out before the error, and its message.
pub(crate) fn decode_lines(name: &str, bytes: &[u8]) -> Result<Vec<u8>, (Vec<u8>, String)> {
    decode(name, bytes).map_err(|message| (Vec::new(), message))
}
