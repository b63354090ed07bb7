//! Nothing that a person wrote is lost, whatever they wrote, wherever, and whatever the next
//! report holds.

use std::fs;
use std::path::Path;

use plexcore::cli::output::DocumentForm;
use plexcore::reading;
use plexcore::redact::{self, Redactor};
use plexcore::stamp::Stamp;
use proptest::prelude::*;

use super::{notes, renewed};
use crate::diagnosis::{self, Diagnosis, Request};
use crate::options::Filter;

const FORMS: [DocumentForm; 3] = [
    DocumentForm::Markdown,
    DocumentForm::Html,
    DocumentForm::Json,
];

fn diagnosis(filter: &Filter) -> Diagnosis {
    let path = testkit::fixtures().join("reports").join("sample.json");
    let bytes = fs::read(&path).unwrap();
    let redactor = Redactor::new(redact::Options::default());
    let reading = reading::read(Path::new("sample.json"), &bytes, &redactor).unwrap();
    let request = Request {
        filter,
        top: usize::MAX,
        now: Stamp(1_769_907_600_000),
        codebase: None,
    };
    diagnosis::of(reading, &request)
}

fn only_agent(name: &str) -> Filter {
    Filter {
        agents: vec![name.to_owned()],
        kinds: Vec::new(),
    }
}

#[test]
fn a_document_made_again_is_the_same_and_needs_no_copy() {
    let diagnosis = diagnosis(&Filter::default());
    for form in FORMS {
        let (first, _) = renewed(&diagnosis, form, None);
        let (second, loses) = renewed(&diagnosis, form, Some(first.as_bytes()));
        assert_eq!((first == second, loses), (true, false), "{form:?}");
        // What an editor does to line ends and to blanks is no writing of a person's.
        if form != DocumentForm::Json {
            let edited = first.replace('\n', "\r\n");
            let (third, loses) = renewed(&diagnosis, form, Some(edited.as_bytes()));
            assert_eq!((third == first, loses), (true, false), "{form:?}");
        }
    }
}

#[test]
fn notes_survive_the_disappearance_and_return_of_their_error() {
    let (whole, part) = (
        diagnosis(&Filter::default()),
        diagnosis(&only_agent("nobody")),
    );
    let id = crate::summary::errors(&whole)
        .next()
        .unwrap()
        .entry
        .id
        .clone();
    for form in FORMS {
        let (first, _) = renewed(&whole, form, None);
        let noted = match form {
            DocumentForm::Json => {
                let at = first.find(&format!("\"id\": \"{id}\"")).unwrap();
                let note = first[at..].find("\"notes\": \"").unwrap() + at + 10;
                format!(
                    "{}look <here> & \\\"there\\\"{}",
                    &first[..note],
                    &first[note..]
                )
            }
            _ => first.replace(
                &notes::closing(&id),
                &format!("look <here> & \"there\"\n{}", notes::closing(&id)),
            ),
        };
        let (gone, loses) = renewed(&part, form, Some(noted.as_bytes()));
        assert!(!loses, "{form:?}");
        let (back, loses) = renewed(&whole, form, Some(gone.as_bytes()));
        assert!(!loses, "{form:?}");
        for text in [&gone, &back] {
            let kept = notes::of(text.as_bytes(), form);
            assert_eq!(kept.text(&id), "look <here> & \"there\"", "{form:?}");
        }
    }
}

#[test]
fn a_file_of_another_program_is_kept() {
    let diagnosis = diagnosis(&only_agent("nobody"));
    for form in FORMS {
        for old in [&b"my own list\n"[..], b"", b"\xff\xfe", b"{}", b"[1]"] {
            assert!(renewed(&diagnosis, form, Some(old)).1, "{form:?} {old:?}");
        }
    }
}

/// What a person may write, markers of the document's own among it.
fn writing() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "\n",
            "\n\n",
            "\r\n",
            "\r",
            "  ",
            "\t",
            "```\n",
            "# heading\n",
            "<b>",
            "&lt;",
            "&amp;",
            "\u{200f}",
            "\u{1b}",
            "<!-- notes E-00000001 | x -->\n",
            "<!-- end of notes E-00000001 -->\n",
            "\n<!-- notes general |  -->\n",
            "\n<!-- end of notes general -->\n",
            "\n<!-- diagnose_from_report, check of all but the notes: 0 -->\n",
            "\"",
            "\\",
            "-->",
            "</div>",
        ])
        .prop_map(str::to_owned),
        ".{0,8}",
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

fn without_space(text: &str) -> String {
    text.split_whitespace().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]

    #[test]
    fn nothing_a_person_wrote_is_ever_lost(
        edits in prop::collection::vec((writing(), 0_usize..1_000_000, any::<bool>()), 1..4),
        form in prop::sample::select(vec![DocumentForm::Markdown, DocumentForm::Html]),
        n_agents in 0_usize..3,
    ) {
        let filter = [Filter::default(), only_agent("alder"), only_agent("nobody")][n_agents].clone();
        let next = diagnosis(&filter);
        let (mut text, _) = renewed(&diagnosis(&Filter::default()), form, None);
        let mut words = Vec::new();
        for (index, (written, place, at_margin)) in edits.into_iter().enumerate() {
            // A word that is nowhere else tells where the writing went.
            let word = format!("Zq{index}w");
            let mut at = place % text.len();
            while !text.is_char_boundary(at) || (at_margin && at > 0 && text.as_bytes()[at - 1] != b'\n') {
                at -= 1;
            }
            text.insert_str(at, &format!("{word}{written}{word}"));
            words.push(format!("{word}{written}{word}"));
        }
        let (new, loses) = renewed(&next, form, Some(text.as_bytes()));
        if !loses {
            let kept = notes::of(new.as_bytes(), form);
            let held = without_space(&kept.notes.values().map(|note| note.text.as_str()).collect::<Vec<_>>().join("\n"));
            let before = notes::of(text.as_bytes(), form);
            for (id, note) in &before.notes {
                prop_assert_eq!(kept.text(id), note.text.as_str());
            }
            if form == DocumentForm::Markdown {
                for word in words {
                    prop_assert!(held.contains(&without_space(&word)), "{word:?} is not in {held:?}");
                }
            } else {
                for index in 0..words.len() {
                    prop_assert_eq!(held.matches(&format!("Zq{index}w")).count(), 2);
                }
            }
        }
    }
}
