//! Texts that are likely to break something, for the properties.

use proptest::prelude::*;

/// Pieces that mean something to one of the formats.
const PIECES: [&str; 40] = [
    "\n",
    "\r\n",
    "\r",
    "---",
    "---\n\n",
    "# ",
    "**",
    ":**",
    ":** [",
    "](",
    ")",
    "* ",
    " [[",
    "[[00:00:05](",
    "&t=",
    "5.0s)]",
    "s)]",
    "-->",
    "--",
    ">",
    "<v Ann>",
    "&amp;",
    "&",
    "\0",
    "\u{1b}[31m",
    "\u{feff}",
    "\u{200b}",
    "\u{202e}",
    "..",
    "/",
    "\\",
    "'",
    "\"",
    " ",
    "\t",
    "é",
    "海",
    "🌊",
    "Video Description: ",
    "[March 02, 2026](x)",
];

/// Any text, and such pieces among it.
pub(crate) fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => proptest::sample::select(&PIECES[..]).prop_map(str::to_owned),
        1 => "[a-zA-Z ]{0,8}",
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Seconds that a clock may show, most of them such as recognisers write.
pub(crate) fn any_seconds() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => (0_u32..4_000_000).prop_map(|hundredths| f64::from(hundredths) / 100.0),
        2 => (0_u32..100_000, 0_u32..100).prop_map(|(steps, offset)| f64::from(steps) * 0.02 + f64::from(offset) * 0.1),
        1 => 0.0..1e9_f64,
        1 => any::<f64>().prop_map(f64::abs).prop_filter("finite", |seconds| seconds.is_finite()),
    ]
}
