//! The table of everything that can be found: identifier, weight, why it matters, the way out.
//!
//! Identifiers are for `# plex: allow(ID)`, for JSON and for SARIF; they do not change.

use crate::finding::Level;

/// One kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) id: &'static str,
    pub(crate) family: Family,
    /// What it weighs unless the place says otherwise.
    pub(crate) level: Level,
    /// One line: why it matters.
    pub(crate) why: &'static str,
    /// What to do about it.
    pub(crate) way_out: &'static str,
}

/// Which of the tool's questions a rule answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// Is it valid Python?
    Syntax,
    /// Does it hold what only Python 3 has?
    Python3,
    /// Does it run something dangerous?
    Danger,
    /// Does Plex's sandbox take it?
    Sandbox,
    /// Is the bundle around it in order?
    Bundle,
}

macro_rules! rules {
    ($($name:ident = $id:literal, $family:ident, $level:ident, $why:literal, $way_out:literal;)*) => {
        $(pub(crate) static $name: Rule = Rule {
            id: $id,
            family: Family::$family,
            level: Level::$level,
            why: $why,
            way_out: $way_out,
        };)*

        /// Every rule, but for those of `constructs`.
        pub(crate) static ALL: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    SYNTAX_ERROR = "syntax-error", Syntax, Error,
        "Python 2.7 refuses the file",
        "correct the line; the verdict is that of CPython 2.7.18";
    NUL_BYTE = "nul-byte", Syntax, Error,
        "Python 2.7 compiles no source with a NUL byte: this is no text, or text in UTF-16",
        "save it as UTF-8; take what is no Python out of the folder";
    MERGE_CONFLICT = "merge-conflict", Syntax, Error,
        "the file holds a merge that was not finished",
        "keep one side of it, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>";
    WEB_PAGE = "web-page", Syntax, Error,
        "this is a web page; it may be the answer of a server that did not have the file",
        "get the file itself, not the page that shows it";
    IMPORT_ERROR = "import-error", Syntax, Warning,
        "it compiles from memory, but Python 2.7 can't import the file",
        "declare the encoding in the first line: # -*- coding: utf-8 -*-";
    FURTHER_ERROR = "further-error", Syntax, Error,
        "Python 2.7 would refuse this line too, once the first error is gone",
        "correct the line";
    OTHER_MEANING = "other-meaning", Syntax, Note,
        "Python 2.7 accepts it, and reads it differently from Python 3",
        "check that the meaning of 2.7 is the one you want";
    CPYTHON_LIMIT = "cpython-limit", Syntax, Warning,
        "CPython itself crashes on it or never ends",
        "write it in smaller pieces";

    DANGER_SUDO = "danger-sudo", Danger, Error,
        "the plug-in would ask for the rights of another user",
        "let the person who runs the server do it by hand";
    DANGER_RM = "danger-rm", Danger, Error,
        "it deletes whole folders without asking",
        "remove the files you know by name, or shutil.rmtree of a folder of your own";
    DANGER_RM_OWN = "danger-rm-own", Danger, Warning,
        "it deletes a folder in the home of the user that runs the server",
        "shutil.rmtree of the folder does the same without a shell";
    DANGER_DD = "danger-dd", Danger, Error,
        "it writes over a file or a disk byte by byte",
        "copy with shutil.copyfile";
    DANGER_DISK = "danger-disk", Danger, Error,
        "it formats or overwrites a disk",
        "a plug-in has no business with disks";
    DANGER_FORK_BOMB = "danger-fork-bomb", Danger, Error,
        "it starts processes until the machine stands still",
        "remove it";
    DANGER_PIPE_TO_SHELL = "danger-pipe-to-shell", Danger, Error,
        "it runs whatever a server on the network sends",
        "download to a file, look at it, and keep it with the plug-in";
    DANGER_RIGHTS = "danger-rights", Danger, Error,
        "it changes the rights or the owner of everything",
        "name the folder that is meant";
    DANGER_RMTREE = "danger-rmtree", Danger, Error,
        "it deletes a home folder, a disk or a part of the system",
        "name the folder below it that is meant";
    DANGER_LIKELY = "danger-likely", Danger, Warning,
        "a dangerous command is given to a function whose name says that it runs commands",
        "check what the function does with it";
    DANGER_UNPARSED = "danger-unparsed", Danger, Warning,
        "the file is not valid Python, so whether this is run is not known",
        "correct the file and validate it again";
    DANGER_MENTION = "danger-mention", Danger, Note,
        "a dangerous command is mentioned; nothing here runs it",
        "nothing to do";

    SANDBOX_NAME = "sandbox-name", Sandbox, Error,
        "RestrictedPython refuses the name, so the file does not load",
        "rename it without the underscore at its beginning";
    SANDBOX_ATTRIBUTE = "sandbox-attribute", Sandbox, Error,
        "RestrictedPython refuses the attribute, so the file does not load",
        "rename it without the underscore at its beginning, or getattr(x, '_y') where getattr is allowed";
    SANDBOX_ROLES = "sandbox-roles", Sandbox, Error,
        "RestrictedPython keeps names that end in __roles__ for itself, so the file does not load",
        "rename it";
    SANDBOX_PRINTED = "sandbox-printed", Sandbox, Error,
        "RestrictedPython keeps the name printed for itself, so the file does not load",
        "rename it";
    SANDBOX_AUGMENTED_ATTRIBUTE = "sandbox-augmented-attribute", Sandbox, Error,
        "RestrictedPython refuses it, so the file does not load",
        "write a.b = a.b + c";
    SANDBOX_AUGMENTED_ITEM = "sandbox-augmented-item", Sandbox, Error,
        "RestrictedPython refuses it, so the file does not load",
        "write a[b] = a[b] + c";
    SANDBOX_EXEC = "sandbox-exec", Sandbox, Error,
        "RestrictedPython refuses it, so the file does not load",
        "call a function instead";
    SANDBOX_YIELD = "sandbox-yield", Sandbox, Error,
        "RestrictedPython refuses it, so the file does not load",
        "return a list, or use a generator expression";
    SANDBOX_OPERATOR = "sandbox-operator", Sandbox, Warning,
        "the sandbox knows no augmented assignment but +=, so the line fails when it is reached",
        "write x = x - 1";
    SANDBOX_ITERATE_STRING = "sandbox-iterate-string", Sandbox, Warning,
        "strings can't be iterated over or unpacked in the sandbox, so the line fails when it is reached",
        "list('...') makes a list of the characters";
    SANDBOX_BUILTIN = "sandbox-builtin", Sandbox, Warning,
        "the sandbox lacks this builtin, so the line fails when it is reached",
        "Core.storage or io.open for files; a loop or a function of your own for the others";
    SANDBOX_BUILTIN_IMPORT = "sandbox-builtin-import", Sandbox, Warning,
        "what comes out of __builtin__ refuses to work in restricted mode",
        "import open from io or codecs";
    SANDBOX_RESTRICTED_ATTRIBUTE = "sandbox-restricted-attribute", Sandbox, Warning,
        "restricted mode refuses the attribute, so the line fails when it is reached",
        "pass what is needed as an argument";
    SANDBOX_SERVER_HTTP = "sandbox-server-http", Sandbox, Warning,
        "without the policy Elevated a plug-in may not talk to the media server by HTTP",
        "set PlexPluginCodePolicy to Elevated in Info.plist";
    SANDBOX_ENCODING = "sandbox-encoding", Sandbox, Warning,
        "without a coding line the letters beyond ASCII in u'' become Latin-1 pairs",
        "put # -*- coding: utf-8 -*- in the first line";
    AGENT_INCOMPLETE = "agent-incomplete", Sandbox, Warning,
        "the Framework looks for this in every agent",
        "add it to the class";
    AGENT_SIGNATURE = "agent-signature", Sandbox, Warning,
        "the Framework calls it with arguments that it does not take",
        "search(self, results, media, lang) and update(self, metadata, media, lang), then optional ones by name";

    PLIST_INVALID = "plist-invalid", Bundle, Error,
        "without Info.plist Plex does not know the bundle",
        "write a property list with CFBundleIdentifier, PlexFrameworkVersion and PlexPluginClass";
    PLIST_KEY = "plist-key", Bundle, Warning,
        "the key is missing or has a value that Plex takes for another",
        "correct the value in Info.plist";
    PLIST_POLICY = "plist-policy", Bundle, Warning,
        "without the policy Elevated nothing in Contents/Libraries can be imported",
        "set PlexPluginCodePolicy to Elevated in Info.plist";
    BUNDLE_CODE = "bundle-code", Bundle, Error,
        "a bundle without Contents/Code/__init__.py has no plug-in in it",
        "add the file";
    PREFS_INVALID = "prefs-invalid", Bundle, Error,
        "Plex can't load the preferences of the plug-in",
        "write a JSON list of objects with id, label, type and default";
    PREFS_ENTRY = "prefs-entry", Bundle, Warning,
        "the preference does not work as it is written",
        "correct the entry in DefaultPrefs.json";

    ALLOW_UNKNOWN = "allow-unknown", Bundle, Warning,
        "there is no such identifier, so the comment silences nothing",
        "identifiers stand in brackets after each finding";
    ALLOW_UNUSED = "allow-unused", Bundle, Note,
        "nothing of this kind is found on the line any more",
        "remove the comment";
}

/// The rule of an identifier.
pub(crate) fn get(id: &str) -> Option<&'static Rule> {
    let all = ALL.iter().copied().chain(crate::constructs::rules());
    all.into_iter().find(|rule| rule.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn identifiers_are_unique_and_say_why() {
        let all: Vec<&Rule> = ALL
            .iter()
            .copied()
            .chain(crate::constructs::rules())
            .collect();
        let ids: BTreeSet<&str> = all.iter().map(|rule| rule.id).collect();
        assert_eq!(ids.len(), all.len());
        for rule in all {
            let plain = rule
                .id
                .bytes()
                .all(|b| b == b'-' || b.is_ascii_alphanumeric());
            assert!(
                plain && !rule.why.is_empty() && !rule.way_out.is_empty(),
                "{}",
                rule.id
            );
            assert!(!rule.why.ends_with('.'), "{}", rule.id);
            assert!(std::ptr::eq(get(rule.id).unwrap(), rule));
        }
    }
}
