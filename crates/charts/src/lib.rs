//! Lines over time, as pictures that are readable without colour.
//!
//! ```text
//! Chart --draw--> SVG text
//!            +--> pixels --> PNG
//! ```
//!
//! Each line has a pattern and a mark of its own beside its colour, so that a picture printed in grey, or seen by
//! somebody who does not see red and green apart, says the same. Letters come with the program: the same chart gives
//! the same bytes everywhere.

mod draw;
mod scale;
mod sign;

use jiff::civil::Date;
use plotters::backend::{BitMapBackend, SVGBackend};

/// The most lines that can be told apart.
pub const MAX_LINES: usize = 12;

/// Width and height in pixels.
const SIZE: (u32, u32) = (1000, 560);

/// Lines over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// What its numbers are; they are shares, 0 to 1, and are written in percent.
    pub vertical: String,
    /// From 1 to [`MAX_LINES`].
    pub lines: Vec<Line>,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its name in the legend.
    pub name: String,
    /// In rising order of days.
    pub points: Vec<(Date, f64)>,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// Nobody could tell the lines apart.
    #[error(
        "cannot draw {found} lines: expected at most {MAX_LINES}, which can be told apart without colour\nhint: name fewer terms, outlets or shows"
    )]
    TooManyLines {
        /// How many were asked for.
        found: usize,
    },
    /// There is nothing to draw.
    #[error("cannot draw a picture of nothing: there is no period with a document in it")]
    Empty,
    /// The drawing library refuses.
    #[error("cannot draw the picture: {0}")]
    Drawing(String),
}

/// The chart as SVG.
///
/// # Errors
/// If there are no lines, or too many.
pub fn svg(chart: &Chart) -> Result<String, ChartError> {
    let mut text = String::new();
    draw::draw(chart, SVGBackend::with_string(&mut text, SIZE))?;
    Ok(text)
}

/// The chart as PNG.
///
/// # Errors
/// As [`svg`].
pub fn png(chart: &Chart) -> Result<Vec<u8>, ChartError> {
    let (width, height) = SIZE;
    let mut pixels = vec![0; width as usize * height as usize * 3];
    draw::draw(chart, BitMapBackend::with_buffer(&mut pixels, SIZE))?;
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let write = || -> Result<(), png::EncodingError> {
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&pixels)?;
        writer.finish()
    };
    write().map_err(|error| ChartError::Drawing(error.to_string()))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use quick_xml::events::Event;

    fn chart(names: &[&str]) -> Chart {
        let points = |shift: f64| (2..9).map(|day| (date(2026, 3, day), shift / 100.0)).collect();
        let line =
            |(index, name): (usize, &&str)| Line { name: (*name).into(), points: points(index as f64) };
        Chart {
            title: "Share of passages by day".into(),
            vertical: "share of passages".into(),
            lines: names.iter().enumerate().map(line).collect(),
        }
    }

    /// The texts of a picture, and how many elements of each name it has.
    fn texts(svg: &str) -> Vec<String> {
        let mut reader = quick_xml::Reader::from_str(svg);
        let mut texts = Vec::new();
        loop {
            match reader.read_event().expect("well-formed XML") {
                Event::Text(text) => texts.push(text.trim().to_owned()),
                Event::Start(element) => assert_ne!(element.name().as_ref(), "script"),
                Event::Eof => break,
                _ => {}
            }
        }
        texts.retain(|text| !text.is_empty());
        texts
    }

    #[test]
    fn a_picture_names_its_axes_and_lines() {
        let texts = texts(&svg(&chart(&["ferry", "storm"])).unwrap());
        for text in ["Share of passages by day", "share of passages", "ferry", "storm", "2026-03-02", "0.0 %"]
        {
            assert!(texts.iter().any(|found| found == text), "{text} in {texts:?}");
        }
    }

    #[test]
    fn names_are_text_and_no_markup() {
        let text = svg(&chart(&["</text><script>alert(1)</script>", "a & b"])).unwrap();
        assert!(!text.contains("<script"));
        assert!(texts(&text).iter().any(|text| text.contains("alert(1)")));
    }

    #[test]
    fn lines_differ_without_colour() {
        let grey = |index: usize| {
            let mut chart = chart(&["a"]);
            chart.lines = vec![Line { name: "a".into(), points: vec![] }; MAX_LINES];
            chart.lines[index].points = vec![(date(2026, 3, 2), 0.1), (date(2026, 3, 9), 0.4)];
            let text = svg(&chart).unwrap();
            let without =
                |text: &str| text.split('#').map(|part| part.get(6..).unwrap_or("")).collect::<String>();
            without(&text)
        };
        let pictures: std::collections::BTreeSet<String> = (0..MAX_LINES).map(grey).collect();
        assert_eq!(pictures.len(), MAX_LINES);
    }

    #[test]
    fn pixels_are_a_picture_of_the_same_size() {
        let file = png(&chart(&["ferry"])).unwrap();
        let reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().unwrap();
        assert_eq!((reader.info().width, reader.info().height), SIZE);
        assert_eq!(file, png(&chart(&["ferry"])).unwrap(), "the same bytes again");
    }

    #[test]
    fn what_nobody_could_read_is_refused() {
        let names = vec!["a"; MAX_LINES + 1];
        assert!(matches!(svg(&chart(&names)), Err(ChartError::TooManyLines { found: 13 })));
        assert!(matches!(svg(&chart(&[])), Err(ChartError::Empty)));
        let nothing = Chart { lines: vec![Line { name: "a".into(), points: vec![] }], ..chart(&[]) };
        assert!(matches!(png(&nothing), Err(ChartError::Empty)));
    }

    #[test]
    fn one_day_is_drawn_and_so_is_nothing_said() {
        let one = |share| Chart {
            lines: vec![Line { name: "a".into(), points: vec![(date(2026, 3, 2), share)] }],
            ..chart(&[])
        };
        assert!(svg(&one(0.0)).unwrap().contains("2026-03-02"));
        assert!(svg(&one(1.0)).unwrap().contains("100 %"));
    }
}
