//! A ready text -> the tree, or the error of the tokenizer or the parser.
//!
//! The three run side by side, one logical line at a time: the parser judges each token as it comes, and the builder
//! gets a line once the parser took all of it. No list of all tokens is ever kept.

use crate::build::Builder;
use crate::encoding::{Declared, Source, TextEnd};
use crate::label::Label;
use crate::parser::{Fed, Parser};
use crate::tokenizer::{Fault, Token, Tokenizer};
use crate::tree::Nodes;
use crate::verdict::{Error, ErrorClass};

/// What a text was found to be.
pub(crate) struct Reading {
    pub(crate) nodes: Nodes,
    /// The first error; the nodes then hold the lines before it.
    pub(crate) error: Option<Error>,
}

/// Reads a whole text.
pub(crate) fn read(source: &Source<'_>, keep_comments: bool) -> Reading {
    let mut reader = Reader {
        source,
        tokenizer: Tokenizer::new(source, keep_comments),
        parser: Parser::new(),
        builder: Builder::new(&source.text),
        line: Vec::new(),
        from: None,
        print_function: false,
        unicode_literals: false,
    };
    let error = reader.run().err();
    let mut nodes = reader.builder.finish();
    nodes.comments = reader.tokenizer.take_comments();
    nodes.unicode_literals = reader.unicode_literals;
    nodes.literals_are_utf8 = source.declared.literals_are_utf8();
    nodes.codec = match source.declared {
        Declared::Codec(codec) => Some(codec),
        _ => None,
    };
    Reading { nodes, error }
}

struct Reader<'s> {
    source: &'s Source<'s>,
    tokenizer: Tokenizer<'s>,
    parser: Parser,
    builder: Builder<'s>,
    /// The tokens of the logical line so far.
    line: Vec<Token>,
    /// Where in the line the last `from` stands.
    from: Option<usize>,
    print_function: bool,
    unicode_literals: bool,
}

impl Reader<'_> {
    fn run(&mut self) -> Result<(), Error> {
        let mut started = false;
        loop {
            let mut label = self.tokenizer.next().map_err(|fault| self.fault(fault))?;
            if label == Label::EndMarker && started {
                // CPython ends the last line itself before it ends the file.
                label = Label::Newline;
                started = false;
                self.tokenizer.close_indents();
            } else {
                started = true;
            }
            if label == Label::Print && self.print_function {
                label = Label::Name;
            }
            if label == Label::From {
                self.from = Some(self.line.len());
            }
            match self.parser.feed(label) {
                Fed::Shifted { import_ended } => {
                    self.accept(label);
                    if import_ended {
                        self.note_features();
                    }
                }
                Fed::Done => return Ok(()),
                Fed::Refused { wants_indent } => {
                    return Err(self.refused(label, wants_indent));
                }
                Fed::Overflow => return Err(self.overflow()),
            }
        }
    }

    fn accept(&mut self, label: Label) {
        match label {
            Label::Indent => self.builder.indent(),
            Label::Dedent => self.builder.dedent(),
            Label::Newline => {
                self.line.push(self.tokenizer.token(label));
                self.builder.line(&self.line);
                if self.from.is_some() {
                    self.note_features();
                }
                self.line.clear();
                self.from = None;
            }
            _ => self.line.push(self.tokenizer.token(label)),
        }
    }

    /// Looks for future features in the import statement that just ended, with CPython's own short sight: any import
    /// from a dotted name, or from a single dot, passes for one from `__future__`.
    fn note_features(&mut self) {
        let Some(from) = self.from.take() else {
            return;
        };
        let tokens = &self.line[from..];
        let label = |k: usize| tokens.get(k).map(|t| t.label);
        let names = match (label(1), label(2)) {
            (Some(Label::Name), Some(Label::Import)) => {
                if self.text(tokens[1]) != b"__future__" {
                    return;
                }
                3
            }
            (Some(Label::Dot), Some(Label::Import)) => 3,
            (Some(Label::Name), Some(Label::Dot)) => {
                let Some(import) = tokens.iter().position(|t| t.label == Label::Import) else {
                    return;
                };
                import + 1
            }
            _ => return,
        };
        let mut wants_name = true;
        for token in &tokens[names..] {
            match token.label {
                Label::LeftParen | Label::As => {}
                Label::Comma => wants_name = true,
                Label::Name => {
                    let name = if std::mem::take(&mut wants_name) {
                        self.text(*token)
                    } else {
                        b""
                    };
                    match name {
                        b"print_function" => self.print_function = true,
                        b"unicode_literals" => self.unicode_literals = true,
                        _ => {}
                    }
                }
                _ => break,
            }
        }
    }

    fn text(&self, token: Token) -> &[u8] {
        &self.source.text[token.start as usize..token.end as usize]
    }

    /// The offset of an error raised now, counted in the encoding that the source declares.
    fn offset(&self) -> usize {
        let offset = self.tokenizer.offset();
        let base = self.tokenizer.column_base();
        let Some(before) = self.source.text.get(base..base + offset.saturating_sub(1)) else {
            return offset;
        };
        let Some((_, rest)) = before.split_first() else {
            return offset;
        };
        let declared = &self.source.declared;
        let reads_at_base = self.source.end != TextEnd::String && !self.tokenizer.in_token;
        let len = if self.tokenizer.ended && reads_at_base {
            // The read that found the end of the file has put a NUL where the last line began; inside a literal it
            // reads behind what the literal has so far.
            declared.encoded_len(&[b"\0", rest].concat())
        } else {
            declared.encoded_len(before)
        };
        len.map_or(offset, |len| len + 1)
    }

    fn place(&self, class: ErrorClass, message: &str) -> Error {
        let offset = u32::try_from(self.offset()).ok();
        Error {
            class,
            message: message.to_owned(),
            line: Some(self.tokenizer.line),
            offset,
        }
    }

    /// At the end of the one line of a text CPython says so, whatever else is wrong.
    fn is_early_end(&self) -> bool {
        self.tokenizer.line <= 1 && self.tokenizer.ended
    }

    fn fault(&self, fault: Fault) -> Error {
        let (class, message) = match fault {
            Fault::LineEndInString => {
                (ErrorClass::SyntaxError, "EOL while scanning string literal")
            }
            Fault::EndInTripleQuoted => (
                ErrorClass::SyntaxError,
                "EOF while scanning triple-quoted string literal",
            ),
            Fault::InvalidToken => (ErrorClass::SyntaxError, "invalid token"),
            Fault::Unindent => (
                ErrorClass::IndentationError,
                "unindent does not match any outer indentation level",
            ),
            Fault::TooManyIndents => (
                ErrorClass::IndentationError,
                "too many levels of indentation",
            ),
            Fault::AfterBackslash => (
                ErrorClass::SyntaxError,
                "unexpected character after line continuation character",
            ),
            Fault::Undecodable => {
                let place = Some(self.tokenizer.line);
                let message = self.source.undecodable.text(self.tokenizer.in_token);
                return Error {
                    class: ErrorClass::SyntaxError,
                    message,
                    line: place,
                    offset: Some(0),
                };
            }
        };
        self.place(class, message)
    }

    fn refused(&self, label: Label, wants_indent: bool) -> Error {
        if self.is_early_end() {
            return self.place(ErrorClass::SyntaxError, "unexpected EOF while parsing");
        }
        let known = label != Label::Unknown;
        match label {
            _ if wants_indent && known => {
                self.place(ErrorClass::IndentationError, "expected an indented block")
            }
            Label::Indent => self.place(ErrorClass::IndentationError, "unexpected indent"),
            Label::Dedent => self.place(ErrorClass::IndentationError, "unexpected unindent"),
            _ => self.place(ErrorClass::SyntaxError, "invalid syntax"),
        }
    }

    fn overflow(&self) -> Error {
        if self.is_early_end() {
            return self.place(ErrorClass::SyntaxError, "unexpected EOF while parsing");
        }
        Error::without_place(ErrorClass::MemoryError, "s_push: parser stack overflow")
    }
}
