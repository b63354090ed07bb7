//! tmp
use plexcore::log::template::{Masked, mask};
fn main() {
    let p = ["Found", "match", "for", "The", "Quiet", "Harbor", "user", "failed", "5", "404", "HTTP", "Errno", "0x1f", "KeyError", "/a/b c",
        "'x y'", "\"", "'", "=", "k=v", "k=", ":", ",", "(", ")", "[", "]", "{", "}", "<*>", "<", "|", "  ", "   ", "\t", "\n", "Jul",
        "10", "ms", "KB", "::", " - ", "AREA", "http://e.org/x", "a.b.c", "a@b", "...", "--", "é", "File:", ", Line:", ", Function:", "u'", "%",
        "status", "code", "1:2", "fe80::1", "C:\\", "\\", "~/", "#", "abcdefabcdef", "abcdefghijklmnop12", "of", "x.mkv", "B/c", ">", ";", "!", "-5", "+", "&", "GET", "Sun", "2005", "s", "exit", "Not Found", "\\'", "`", "*", "_", "1.5", "ffffffff", "==", "=>", "e", "null", "{'a': 1}", "['b']", "()", "[]"];
    let mut s = 88172645463325252u64;
    let mut r = |n: usize| { s ^= s << 13; s ^= s >> 7; s ^= s << 17; (s % n as u64) as usize };
    let (mut a, mut b) = (Masked::default(), Masked::default());
    let mut bad = 0;
    let max: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    for _ in 0..3_000_000 {
        let mut m = String::new();
        for _ in 0..r(max) + 1 { m += p[r(p.len())]; if r(4) > 0 { m += " "; } }
        mask(m.as_bytes(), &mut a);
        mask(a.text(), &mut b);
        if a.text() != b.text() { bad += 1; if bad <= 15 { println!("{m:?}\n   {:?}\n   {:?}", String::from_utf8_lossy(a.text()), String::from_utf8_lossy(b.text())); } }
    }
    println!("{bad}");
}
