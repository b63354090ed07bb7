//! What servers tell of a refresh, piece by piece, and what the tracker makes of it.

use super::*;

const QUIET: Duration = Duration::from_secs(5);

/// A tracker with item 7 of section 1, refreshed at second 0, whose `updatedAt` was 100.
struct Story {
    tracker: Tracker,
    start: Instant,
}

impl Story {
    fn begin() -> Self {
        let mut tracker = Tracker::new(QUIET);
        tracker.begin("7", Some("1"), Some(100));
        Self {
            tracker,
            start: Instant::now(),
        }
    }

    fn look(
        &mut self,
        second: u64,
        running: &[(&str, &str, Option<&str>)],
        queue: u64,
        updated_at: u64,
    ) -> Progress {
        let running = running.iter().map(|(uuid, kind, item)| Running {
            uuid: (*uuid).to_owned(),
            kind: (*kind).to_owned(),
            item: item.map(str::to_owned),
            section: Some("1".to_owned()),
        });
        let look = Look {
            running: running.collect(),
            queue: Some(queue),
            items: [("7".to_owned(), Seen::There(Some(updated_at)))].into(),
        };
        self.tracker
            .look(&look, self.start + Duration::from_secs(second));
        self.tracker.progress("7")
    }

    fn timeline(&mut self, state: u64, is_busy: bool) -> bool {
        self.tracker.signal(&Signal::Timeline {
            item: "7".into(),
            state,
            is_busy,
        })
    }

    fn activity(&mut self, uuid: &str, has_ended: bool) -> Progress {
        let (uuid, item) = (uuid.to_owned(), "7".to_owned());
        self.tracker.signal(&if has_ended {
            Signal::Ended { uuid, item }
        } else {
            Signal::Began { uuid, item }
        });
        self.tracker.progress("7")
    }
}

const METADATA: &str = "library.update.item.metadata";

#[test]
fn the_end_of_the_items_own_activity_is_the_end() {
    let mut story = Story::begin();
    assert_eq!(story.activity("a", false), Progress::Waiting);
    assert_eq!(story.activity("a", true), Progress::Finished(How::Activity));
}

#[test]
fn the_end_of_an_activity_that_began_before_is_not_the_end() {
    let mut story = Story::begin();
    assert_eq!(story.activity("earlier", true), Progress::Waiting);
}

#[test]
fn two_activities_have_to_end_both() {
    let mut story = Story::begin();
    story.activity("a", false);
    story.activity("b", false);
    assert_eq!(story.activity("a", true), Progress::Waiting);
    assert_eq!(story.activity("b", true), Progress::Finished(How::Activity));
}

#[test]
fn a_timeline_that_says_done_counts_once_nothing_runs() {
    let mut story = Story::begin();
    assert!(!story.timeline(5, true));
    assert!(story.timeline(5, false));
    assert_eq!(
        story.look(1, &[("a", METADATA, Some("7"))], 0, 100),
        Progress::Waiting
    );
    assert_eq!(
        story.look(2, &[], 0, 100),
        Progress::Finished(How::Activity)
    );
    let mut other = Story::begin();
    other.timeline(5, false);
    assert_eq!(other.look(1, &[], 0, 100), Progress::Finished(How::Event));
}

#[test]
fn looks_alone_suffice_when_events_are_lost() {
    let mut story = Story::begin();
    assert_eq!(
        story.look(1, &[("a", METADATA, Some("7"))], 0, 100),
        Progress::Waiting
    );
    assert_eq!(
        story.look(9, &[("a", METADATA, Some("7"))], 0, 101),
        Progress::Waiting
    );
    assert_eq!(
        story.look(10, &[], 0, 101),
        Progress::Finished(How::Activity)
    );
}

#[test]
fn work_between_two_looks_shows_in_the_item() {
    let mut story = Story::begin();
    assert_eq!(story.look(1, &[], 0, 101), Progress::Finished(How::Updated));
}

#[test]
fn a_changed_item_is_not_finished_while_more_is_waiting() {
    let mut story = Story::begin();
    assert_eq!(story.look(1, &[], 3, 101), Progress::Waiting);
    assert_eq!(
        story.look(2, &[("a", "library.update.section", None)], 0, 101),
        Progress::Waiting
    );
    assert_eq!(story.look(3, &[], 0, 101), Progress::Finished(How::Updated));
}

#[test]
fn an_agent_that_finds_nothing_is_finished_after_a_quiet_time() {
    let mut story = Story::begin();
    assert_eq!(story.look(0, &[], 0, 100), Progress::Waiting);
    assert_eq!(story.look(4, &[], 0, 100), Progress::Waiting);
    assert_eq!(story.look(5, &[], 0, 100), Progress::Finished(How::Quiet));
}

#[test]
fn quiet_begins_anew_after_any_library_work() {
    let mut story = Story::begin();
    story.look(0, &[], 0, 100);
    story.look(4, &[("x", "library.refresh.items", Some("9"))], 0, 100);
    assert_eq!(story.look(6, &[], 0, 100), Progress::Waiting);
    assert_eq!(story.look(11, &[], 0, 100), Progress::Finished(How::Quiet));
}

#[test]
fn the_butler_is_no_work_and_another_sections_neither() {
    let mut story = Story::begin();
    story.look(0, &[("b", "butler", None)], 0, 100);
    assert_eq!(
        story.look(5, &[("b", "butler", None)], 0, 100),
        Progress::Finished(How::Quiet)
    );
    let mut other = Story::begin();
    other.tracker.begin("7", Some("2"), Some(100));
    other.look(0, &[("a", METADATA, Some("9"))], 0, 100);
    assert_eq!(
        other.look(5, &[("a", METADATA, Some("9"))], 0, 100),
        Progress::Finished(How::Quiet)
    );
}

#[test]
fn after_a_lost_connection_quiet_is_no_end() {
    let mut story = Story::begin();
    story.activity("a", false);
    story.tracker.interrupted();
    assert_eq!(story.look(1, &[], 0, 100), Progress::Waiting);
    assert_eq!(story.look(6, &[], 0, 100), Progress::Lost);
}

#[test]
fn after_a_lost_connection_a_changed_item_is_finished_all_the_same() {
    let mut story = Story::begin();
    story.activity("a", false);
    story.tracker.interrupted();
    assert_eq!(story.look(1, &[], 0, 101), Progress::Finished(How::Updated));
}

#[test]
fn an_agents_error_in_the_log_is_not_undone_by_an_end() {
    let mut story = Story::begin();
    story.activity("a", false);
    story.activity("a", true);
    story
        .tracker
        .logged("7", Err("HTTPError: HTTP Error 403: Forbidden".into()));
    story.tracker.logged("7", Ok(()));
    assert!(matches!(story.tracker.progress("7"), Progress::Failed(_)));
}

#[test]
fn an_item_that_is_gone_is_not_waited_for() {
    let mut story = Story::begin();
    story.timeline(9, false);
    assert_eq!(story.tracker.progress("7"), Progress::Gone);
    let mut other = Story::begin();
    let look = Look {
        items: [("7".to_owned(), Seen::Gone)].into(),
        ..Look::default()
    };
    other.tracker.look(&look, other.start);
    assert_eq!(other.tracker.progress("7"), Progress::Gone);
}

#[test]
fn signals_of_other_items_change_nothing() {
    let mut story = Story::begin();
    let other = Signal::Ended {
        uuid: "a".into(),
        item: "8".into(),
    };
    assert!(!story.tracker.signal(&other));
    assert_eq!(story.tracker.waiting(), ["7"]);
}
