//! A path as it stands in JSON, whatever its bytes are.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::digest::{hex, unhex};
use crate::files::path_of_bytes;

/// A path in JSON: text where it is text, otherwise its bytes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PathText(
    /// The path.
    pub PathBuf,
);

impl fmt::Debug for PathText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, out)
    }
}

impl Serialize for PathText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.to_str() {
            // Below the root a path is written the same everywhere; an absolute one is the system's own.
            Some(text) if cfg!(windows) && self.0.is_relative() => {
                serializer.serialize_str(&text.replace('\\', "/"))
            }
            Some(text) => serializer.serialize_str(text),
            None => Raw {
                bytes: hex(self.0.as_os_str().as_encoded_bytes()),
            }
            .serialize(serializer),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Raw {
    bytes: String,
}

impl<'de> Deserialize<'de> for PathText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextOrRaw)
    }
}

/// Takes both forms of a path as they come; serde's own way with two forms copies each first.
struct TextOrRaw;

impl<'de> de::Visitor<'de> for TextOrRaw {
    type Value = PathText;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a path")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<PathText, E> {
        // In paths below the root Windows has two separators, and its own are those that it shows; in a
        // link's target nothing else will do.
        let path = PathBuf::from(text);
        Ok(PathText(if cfg!(windows) && path.is_relative() {
            text.replace('/', "\\").into()
        } else {
            path
        }))
    }

    fn visit_map<M: de::MapAccess<'de>>(self, map: M) -> Result<PathText, M::Error> {
        let raw = Raw::deserialize(de::value::MapAccessDeserializer::new(map))?;
        let bytes =
            unhex(&raw.bytes).ok_or_else(|| de::Error::custom("expected hexadecimal digits"))?;
        let path = path_of_bytes(bytes)
            .ok_or_else(|| de::Error::custom("the name of a file can't exist on this system"))?;
        Ok(PathText(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_the_root_a_path_is_written_the_same_everywhere() {
        let path: PathBuf = ["A.bundle", "Contents", "a.py"].iter().collect();
        let json = serde_json::to_string(&PathText(path.clone())).unwrap();
        assert_eq!(json, "\"A.bundle/Contents/a.py\"");
        let read: PathText = serde_json::from_str(&json).unwrap();
        // To the byte: a path of the other form is equal to this one, and no key of the same map.
        assert_eq!(read.0.as_os_str(), path.as_os_str());
    }

    #[cfg(unix)]
    #[test]
    fn names_of_any_bytes_are_kept() {
        use std::os::unix::ffi::OsStringExt;
        let path = PathText(std::ffi::OsString::from_vec(vec![b'a', 0xff]).into());
        let json = serde_json::to_string(&path).unwrap();
        assert_eq!(json, "{\"bytes\":\"61ff\"}");
        assert_eq!(serde_json::from_str::<PathText>(&json).unwrap(), path);
    }
}
