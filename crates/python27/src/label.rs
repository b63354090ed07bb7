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
