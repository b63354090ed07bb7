//! A command line -> the simple commands that a POSIX shell would run, with their words and where they write.
//!
//! Only what the judgement needs: quotes, separators, pipes, redirections, `$(...)` and backquotes. Variables stay as
//! they are written.

use super::HOLE;

/// Commands inside commands deeper than this are not looked into.
const MAX_DEPTH: u32 = 8;

/// Commands joined by pipes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pipeline {
    pub(super) commands: Vec<Simple>,
}

/// A program with its arguments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Simple {
    pub(super) words: Vec<String>,
    /// Files that the output goes to.
    pub(super) outputs: Vec<String>,
}

/// The pipelines of a command line, those inside others too.
pub(super) fn parse(line: &str) -> Vec<Pipeline> {
    let mut parser = Parser {
        found: Vec::new(),
        depth: 0,
    };
    parser.line(line);
    parser.found
}

/// The words of a command line, as `shlex.split` gives them.
pub(super) fn words(line: &str) -> Vec<String> {
    let commands = parse(line)
        .into_iter()
        .flat_map(|pipeline| pipeline.commands);
    commands.flat_map(|command| command.words).collect()
}

struct Parser {
    found: Vec<Pipeline>,
    depth: u32,
}

/// The command that is being read.
#[derive(Default)]
struct Current {
    pipeline: Pipeline,
    command: Simple,
    word: Option<String>,
    /// The next word is a file that is written to.
    is_output: bool,
}

impl Current {
    fn push(&mut self, c: char) {
        self.word.get_or_insert_default().push(c);
    }

    fn end_word(&mut self) {
        if let Some(word) = self.word.take() {
            if std::mem::take(&mut self.is_output) {
                self.command.outputs.push(word);
            } else {
                self.command.words.push(word);
            }
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        self.is_output = false;
        let command = std::mem::take(&mut self.command);
        if command != Simple::default() {
            self.pipeline.commands.push(command);
        }
    }
}

impl Parser {
    fn line(&mut self, line: &str) {
        if self.depth >= MAX_DEPTH {
            return;
        }
        self.depth += 1;
        let chars: Vec<char> = line.chars().collect();
        let mut current = Current::default();
        let mut at = 0;
        while at < chars.len() {
            at = self.step(&chars, at, &mut current);
        }
        self.end_pipeline(&mut current);
        self.depth -= 1;
    }

    fn end_pipeline(&mut self, current: &mut Current) {
        current.end_command();
        let pipeline = std::mem::take(&mut current.pipeline);
        if !pipeline.commands.is_empty() {
            self.found.push(pipeline);
        }
    }

    /// Reads one character or one construct; gives back where the next begins.
    fn step(&mut self, chars: &[char], at: usize, current: &mut Current) -> usize {
        let next = chars.get(at + 1).copied();
        match chars[at] {
            '\'' => {
                let end = find(chars, at + 1, '\'');
                current
                    .word
                    .get_or_insert_default()
                    .extend(&chars[at + 1..end]);
                end + 1
            }
            '"' => self.double_quoted(chars, at + 1, current),
            '\\' => {
                if let Some(c) = next.filter(|&c| c != '\n') {
                    current.push(c);
                }
                at + 2
            }
            '$' if next == Some('(') => self.inner(chars, at + 2, ')', current),
            '`' => self.inner(chars, at + 1, '`', current),
            '#' if current.word.is_none() => find(chars, at, '\n'),
            '|' if next == Some('|') => {
                self.end_pipeline(current);
                at + 2
            }
            '|' => {
                current.end_command();
                at + 1
            }
            '>' => {
                current.end_word();
                current.is_output = true;
                at + 1 + usize::from(matches!(next, Some('>' | '|')))
            }
            '<' => {
                current.end_word();
                at + 1
            }
            '&' if matches!(next, Some('>')) => at + 1,
            '&' if current.is_output && current.word.is_none() => {
                // `2>&1` writes to no file.
                current.is_output = false;
                at + 2
            }
            ';' | '&' | '\n' | '(' | ')' => {
                self.end_pipeline(current);
                at + 1
            }
            '{' | '}' if current.word.is_none() && next.is_none_or(char::is_whitespace) => at + 1,
            c if c.is_whitespace() => {
                current.end_word();
                at + 1
            }
            c => {
                current.push(c);
                at + 1
            }
        }
    }

    fn double_quoted(&mut self, chars: &[char], mut at: usize, current: &mut Current) -> usize {
        current.word.get_or_insert_default();
        while at < chars.len() {
            match chars[at] {
                '"' => return at + 1,
                '\\' if at + 1 < chars.len() => {
                    current.push(chars[at + 1]);
                    at += 2;
                }
                '$' if chars.get(at + 1) == Some(&'(') => {
                    at = self.inner(chars, at + 2, ')', current);
                }
                '`' => at = self.inner(chars, at + 1, '`', current),
                c => {
                    current.push(c);
                    at += 1;
                }
            }
        }
        at
    }

    /// A command inside a word: it is looked at by itself, and the word has a hole there.
    fn inner(&mut self, chars: &[char], start: usize, close: char, current: &mut Current) -> usize {
        let end = find(chars, start, close);
        let inside: String = chars[start..end].iter().collect();
        self.line(&inside);
        current.push(HOLE);
        end + 1
    }
}

/// Where a character comes next, or the end.
fn find(chars: &[char], from: usize, wanted: char) -> usize {
    let from = from.min(chars.len());
    let offset = chars[from..].iter().position(|&c| c == wanted);
    offset.map_or(chars.len(), |offset| from + offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(line: &str) -> Vec<Vec<String>> {
        let pipelines = parse(line).into_iter();
        pipelines
            .map(|pipeline| {
                let commands = pipeline.commands.into_iter();
                commands.map(|command| command.words.join(" ")).collect()
            })
            .collect()
    }

    #[test]
    fn commands_are_told_apart() {
        for (line, expected) in [
            (
                "a b; c && d || e & f",
                vec![vec!["a b"], vec!["c"], vec!["d"], vec!["e"], vec!["f"]],
            ),
            ("a | b 'c | d' \"e;f\"", vec![vec!["a", "b c | d e;f"]]),
            ("a\\ b # c; d\ne", vec![vec!["a b"], vec!["e"]]),
            ("x 2>&1 | y", vec![vec!["x 2", "y"]]),
        ] {
            assert_eq!(shape(line), expected, "{line}");
        }
    }

    #[test]
    fn commands_inside_words_are_found() {
        let found = shape("echo \"$(rm -r x)\" `ls`");
        assert_eq!(found[0], ["rm -r x"]);
        assert_eq!(found[1], ["ls"]);
    }

    #[test]
    fn redirections_are_no_words() {
        let found = parse("cat a > /dev/sda 2>> log");
        assert_eq!(found[0].commands[0].outputs, ["/dev/sda", "log"]);
    }

    #[test]
    fn unfinished_lines_end() {
        for line in [
            "'",
            "\"",
            "$(",
            "`",
            "\\",
            ">",
            "a |",
            "$($($($($($($($($($(x",
        ] {
            parse(line);
        }
    }
}
