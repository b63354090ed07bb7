//! Labels: the terminals of the grammar, as the tokenizer hands them to the parser.
//!
//! Keywords are labels of their own here. Only `print` may turn back into a name, when `print_function` is in force.

macro_rules! labels {
    ($($name:ident = $text:literal,)*) => {
        /// A terminal of the grammar.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Label { $($name,)* }

        impl Label {
            /// Every label, in the order of its number.
            pub(crate) const ALL: &'static [Label] = &[$(Label::$name,)*];

            /// The label that the grammar writes like this.
            pub(crate) fn named(text: &str) -> Option<Label> {
                match text {
                    $($text => Some(Label::$name),)*
                    _ => None,
                }
            }
        }
    };
}

labels! {
    Name = "NAME", Number = "NUMBER", String = "STRING", Newline = "NEWLINE", Indent = "INDENT", Dedent = "DEDENT",
    EndMarker = "ENDMARKER",
    LeftParen = "(", RightParen = ")", LeftBracket = "[", RightBracket = "]", LeftBrace = "{", RightBrace = "}",
    Colon = ":", Comma = ",", Semicolon = ";", Plus = "+", Minus = "-", Star = "*", Slash = "/", Bar = "|",
    Ampersand = "&", Less = "<", Greater = ">", Assign = "=", Dot = ".", Percent = "%", Backquote = "`", At = "@",
    Equal = "==", NotEqual = "!=", NotEqualOld = "<>", LessEqual = "<=", GreaterEqual = ">=", Tilde = "~", Caret = "^",
    LeftShift = "<<", RightShift = ">>", DoubleStar = "**", DoubleSlash = "//",
    PlusAssign = "+=", MinusAssign = "-=", StarAssign = "*=", SlashAssign = "/=", PercentAssign = "%=",
    AndAssign = "&=", OrAssign = "|=", XorAssign = "^=", LeftShiftAssign = "<<=", RightShiftAssign = ">>=",
    PowAssign = "**=", FloorDivAssign = "//=",
    And = "and", As = "as", Assert = "assert", Break = "break", Class = "class", Continue = "continue", Def = "def",
    Del = "del", Elif = "elif", Else = "else", Except = "except", Exec = "exec", Finally = "finally", For = "for",
    From = "from", Global = "global", If = "if", Import = "import", In = "in", Is = "is", Lambda = "lambda",
    Not = "not", Or = "or", Pass = "pass", Print = "print", Raise = "raise", Return = "return", Try = "try",
    While = "while", With = "with", Yield = "yield",
    Unknown = "unknown",
}

impl Label {
    /// The label of a word: its keyword, or a name.
    pub(crate) fn of_word(word: &[u8]) -> Label {
        // Most words are names, and most of those begin with a letter that leaves one or two keywords to compare.
        let candidates: &[(&[u8], Label)] = match word.first() {
            Some(b'a') => &[
                (b"and", Label::And),
                (b"as", Label::As),
                (b"assert", Label::Assert),
            ],
            Some(b'b') => &[(b"break", Label::Break)],
            Some(b'c') => &[(b"class", Label::Class), (b"continue", Label::Continue)],
            Some(b'd') => &[(b"def", Label::Def), (b"del", Label::Del)],
            Some(b'e') => &[
                (b"else", Label::Else),
                (b"elif", Label::Elif),
                (b"except", Label::Except),
                (b"exec", Label::Exec),
            ],
            Some(b'f') => &[
                (b"for", Label::For),
                (b"from", Label::From),
                (b"finally", Label::Finally),
            ],
            Some(b'g') => &[(b"global", Label::Global)],
            Some(b'i') => &[
                (b"if", Label::If),
                (b"in", Label::In),
                (b"import", Label::Import),
                (b"is", Label::Is),
            ],
            Some(b'l') => &[(b"lambda", Label::Lambda)],
            Some(b'n') => &[(b"not", Label::Not)],
            Some(b'o') => &[(b"or", Label::Or)],
            Some(b'p') => &[(b"pass", Label::Pass), (b"print", Label::Print)],
            Some(b'r') => &[(b"return", Label::Return), (b"raise", Label::Raise)],
            Some(b't') => &[(b"try", Label::Try)],
            Some(b'w') => &[(b"while", Label::While), (b"with", Label::With)],
            Some(b'y') => &[(b"yield", Label::Yield)],
            _ => &[],
        };
        candidates
            .iter()
            .find(|(keyword, _)| *keyword == word)
            .map_or(Label::Name, |&(_, label)| label)
    }

    /// The label of an operator of one character; [`Label::Unknown`] for what Python 2.7 has no operator for.
    pub(crate) fn of_char(c: u8) -> Label {
        match c {
            b'(' => Label::LeftParen,
            b')' => Label::RightParen,
            b'[' => Label::LeftBracket,
            b']' => Label::RightBracket,
            b'{' => Label::LeftBrace,
            b'}' => Label::RightBrace,
            b':' => Label::Colon,
            b',' => Label::Comma,
            b';' => Label::Semicolon,
            b'+' => Label::Plus,
            b'-' => Label::Minus,
            b'*' => Label::Star,
            b'/' => Label::Slash,
            b'|' => Label::Bar,
            b'&' => Label::Ampersand,
            b'<' => Label::Less,
            b'>' => Label::Greater,
            b'=' => Label::Assign,
            b'.' => Label::Dot,
            b'%' => Label::Percent,
            b'`' => Label::Backquote,
            b'@' => Label::At,
            b'~' => Label::Tilde,
            b'^' => Label::Caret,
            _ => Label::Unknown,
        }
    }

    /// The label of an operator of two characters.
    pub(crate) fn of_pair(first: u8, second: u8) -> Option<Label> {
        Some(match (first, second) {
            (b'=', b'=') => Label::Equal,
            (b'!', b'=') => Label::NotEqual,
            (b'<', b'>') => Label::NotEqualOld,
            (b'<', b'=') => Label::LessEqual,
            (b'>', b'=') => Label::GreaterEqual,
            (b'<', b'<') => Label::LeftShift,
            (b'>', b'>') => Label::RightShift,
            (b'*', b'*') => Label::DoubleStar,
            (b'/', b'/') => Label::DoubleSlash,
            (b'+', b'=') => Label::PlusAssign,
            (b'-', b'=') => Label::MinusAssign,
            (b'*', b'=') => Label::StarAssign,
            (b'/', b'=') => Label::SlashAssign,
            (b'%', b'=') => Label::PercentAssign,
            (b'&', b'=') => Label::AndAssign,
            (b'|', b'=') => Label::OrAssign,
            (b'^', b'=') => Label::XorAssign,
            _ => return None,
        })
    }

    /// The label of an operator of three characters, made of one of two and an equals sign.
    pub(crate) fn with_assign(self) -> Option<Label> {
        Some(match self {
            Label::LeftShift => Label::LeftShiftAssign,
            Label::RightShift => Label::RightShiftAssign,
            Label::DoubleStar => Label::PowAssign,
            Label::DoubleSlash => Label::FloorDivAssign,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_a_keyword_exactly_when_the_grammar_has_it() {
        for &label in Label::ALL {
            let text = format!("{label:?}").to_lowercase();
            if Label::named(&text) == Some(label) && label != Label::Unknown {
                assert_eq!(Label::of_word(text.as_bytes()), label);
            }
        }
        assert_eq!(Label::of_word(b"None"), Label::Name);
        assert_eq!(Label::of_word(b"nonlocal"), Label::Name);
    }
}
