//! Worked examples, computed with scipy and statsmodels, to every digit printed there.
#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "a test that can't go on has failed; nought, one and infinity are exact"
)]

use evidence::Interval;
use evidence::paired::Pairs;
use evidence::proportion::{Share, Table, newcombe, newcombe_p, wilson};
use evidence::rate::{Rate, Ratio};
use evidence::special::z_of;

/// before, after (failures, searches); Newcombe; Fisher; mid-p; ratio with its interval; its p.
type Row = (
    (u64, u64),
    (u64, u64),
    [&'static str; 2],
    &'static str,
    &'static str,
    [&'static str; 3],
    &'static str,
);

const ROWS: [Row; 16] = [
    (
        (50, 100),
        (5, 20),
        ["-0.418317", "-0.011089"],
        "0.0502631",
        "0.0433660",
        ["0.500000", "0.155600", "1.246405"],
        "0.171357",
    ),
    (
        (60, 200),
        (30, 100),
        ["-0.105025", "0.112685"],
        "1",
        "0.995352",
        ["1.000000", "0.622718", "1.574936"],
        "1",
    ),
    (
        (40, 400),
        (20, 100),
        ["0.025505", "0.192472"],
        "0.00928191",
        "0.00948835",
        ["2.000000", "1.107705", "3.502898"],
        "0.0213366",
    ),
    (
        (40, 100),
        (80, 400),
        ["-0.304492", "-0.100152"],
        "6.92850e-05",
        "6.31041e-05",
        ["0.500000", "0.337989", "0.750260"],
        "0.000845090",
    ),
    (
        (40, 100),
        (84, 210),
        ["-0.116984", "0.112969"],
        "1",
        "0.997698",
        ["1.000000", "0.678458", "1.496015"],
        "1",
    ),
    (
        (1, 10),
        (0, 10),
        ["-0.404150", "0.189428"],
        "1",
        "0.5",
        ["0", "0", "39.000000"],
        "1",
    ),
    (
        (2, 20),
        (5, 20),
        ["-0.093919", "0.380290"],
        "0.407484",
        "0.249480",
        ["2.500000", "0.409286", "26.253477"],
        "0.453125",
    ),
    (
        (0, 50),
        (0, 50),
        ["-0.071348", "0.071348"],
        "1",
        "1",
        ["none", "0", "inf"],
        "1",
    ),
    (
        (0, 50),
        (3, 50),
        ["-0.021496", "0.162171"],
        "0.242424",
        "0.121212",
        ["inf", "0.413231", "inf"],
        "0.25",
    ),
    (
        (5, 50),
        (0, 50),
        ["-0.213602", "-0.008975"],
        "0.0562845",
        "0.0281422",
        ["0", "0", "1.091279"],
        "0.0625",
    ),
    (
        (0, 1000),
        (1000, 1000),
        ["0.994588", "1.000000"],
        "0",
        "0",
        ["inf", "270.585338", "inf"],
        "1.86653e-301",
    ),
    (
        (500, 1000),
        (200, 1000),
        ["-0.338920", "-0.259646"],
        "1.09817e-45",
        "6.85450e-46",
        ["0.400000", "0.337787", "0.472211"],
        "1.58809e-30",
    ),
    (
        (2000, 10000),
        (1820, 10000),
        ["-0.028891", "-0.007105"],
        "0.00128025",
        "0.00120437",
        ["0.910000", "0.853547", "0.970140"],
        "0.00377207",
    ),
    (
        (30, 100),
        (12, 120),
        ["-0.304593", "-0.095044"],
        "0.000239824",
        "0.000193368",
        ["0.333333", "0.155424", "0.670441"],
        "0.00118274",
    ),
    (
        (3, 1000),
        (9, 1000),
        ["-0.001181", "0.014257"],
        "0.144786",
        "0.0913987",
        ["3.000000", "0.748684", "17.228003"],
        "0.145996",
    ),
    (
        (56, 70),
        (48, 80),
        ["-0.333873", "-0.052431"],
        "0.0125211",
        "0.00844944",
        ["0.750000", "0.499228", "1.122922"],
        "0.171196",
    ),
];

/// Whether a value is what is printed, to the last digit printed.
fn is(value: f64, printed: &str) -> bool {
    let expected: f64 = printed.parse().unwrap();
    if expected.is_infinite() || expected == 0.0 {
        // Nought stands for what is too small for a double as well.
        return value == expected || (expected == 0.0 && value < 1e-300);
    }
    let (mantissa, exponent) = printed.split_once('e').unwrap_or((printed, "0"));
    let decimals = mantissa.split_once('.').map_or(0, |(_, after)| after.len());
    let exponent: i32 = exponent.parse().unwrap();
    let last_digit = 10f64.powi(exponent - i32::try_from(decimals).unwrap());
    // "1" and "0.5" are exact.
    let off = if decimals < 4 {
        1e-9
    } else {
        0.500_01 * last_digit
    };
    (value - expected).abs() <= off
}

fn assert_interval(found: Interval, printed: [&str; 2], of: &str) {
    assert!(
        is(found.low, printed[0]) && is(found.high, printed[1]),
        "{of}: {found:?}, expected {printed:?}"
    );
}

#[test]
fn two_groups_compare_as_printed() {
    for (before, after, difference, fisher, mid_p, ratio, ratio_p) in ROWS {
        let of = format!("{before:?} and {after:?}");
        let (b, a) = (
            Share::counted(before.0, before.1),
            Share::counted(after.0, after.1),
        );
        assert_interval(newcombe(b, a, z_of(0.95)), difference, &of);
        let table = Table { before, after };
        assert!(
            is(table.fisher(), fisher),
            "{of}: {} {fisher}",
            table.fisher()
        );
        assert!(is(table.mid_p(), mid_p), "{of}: {} {mid_p}", table.mid_p());
        let found = Ratio::new(
            Rate::counted(before.0, before.1),
            Rate::counted(after.0, after.1),
        );
        match found.value() {
            Some(value) => assert!(is(value, ratio[0]), "{of}: {value}"),
            None => assert_eq!(ratio[0], "none", "{of}"),
        }
        assert_interval(found.interval(0.95), [ratio[1], ratio[2]], &of);
        assert!(
            is(found.exact_p(), ratio_p),
            "{of}: {} {ratio_p}",
            found.exact_p()
        );
    }
}

#[test]
fn wilson_is_as_printed() {
    for (events, of, low, high) in [
        (50, 100, "0.403832", "0.596168"),
        (5, 20, "0.111862", "0.468701"),
        (0, 50, "0", "0.071348"),
        (12, 120, "0.058134", "0.166682"),
    ] {
        assert_interval(
            wilson(Share::counted(events, of), z_of(0.95)),
            [low, high],
            &format!("{events} of {of}"),
        );
    }
}

#[test]
fn changed_pairs_are_as_printed() {
    for (before_only, after_only, exact, mid) in [
        (12, 2, "0.0129395", "0.00738525"),
        (5, 0, "0.0625", "0.03125"),
        (20, 10, "0.0987371", "0.0707555"),
        (6, 0, "0.03125", "0.015625"),
        (1, 0, "1", "0.5"),
    ] {
        for turned in [false, true] {
            let (before_only, after_only) = if turned {
                (after_only, before_only)
            } else {
                (before_only, after_only)
            };
            let pairs = Pairs {
                both: 3,
                before_only,
                after_only,
                neither: 40,
            };
            assert!(is(pairs.exact_p(), exact), "{pairs:?}: {}", pairs.exact_p());
            assert!(is(pairs.mid_p(), mid), "{pairs:?}: {}", pairs.mid_p());
        }
    }
    assert_eq!(
        (Pairs::default().exact_p(), Pairs::default().mid_p()),
        (1.0, 1.0)
    );
}

#[test]
fn the_paired_interval_is_newcombes_own_example() {
    // Newcombe 1998, Statistics in Medicine 17:2635, method 10: 36, 12, 2, 0 of 50.
    let pairs = Pairs {
        both: 36,
        before_only: 12,
        after_only: 2,
        neither: 0,
    };
    let found = pairs.interval(z_of(0.95));
    assert!(
        (found.low + 0.3404).abs() < 5e-4 && (found.high + 0.0569).abs() < 5e-4,
        "{found:?}"
    );
}

#[test]
fn the_interval_and_its_probability_agree() {
    for (before, after, ..) in ROWS {
        let (b, a) = (
            Share::counted(before.0, before.1),
            Share::counted(after.0, after.1),
        );
        for confidence in [0.8, 0.95, 0.99, 0.999] {
            let interval = newcombe(b, a, z_of(confidence));
            let leaves_nought_out = interval.is_below(0.0) || interval.is_above(0.0);
            assert_eq!(
                newcombe_p(b, a) < 1.0 - confidence,
                leaves_nought_out,
                "{before:?} {after:?} {confidence}"
            );
        }
    }
}
