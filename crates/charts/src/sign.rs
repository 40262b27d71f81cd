//! By what lines are told apart: a colour, a pattern and a mark each.

use std::iter::{Once, once};

use plotters::element::{Drawable, PointCollection};
use plotters::prelude::*;
use plotters_backend::{BackendCoord, DrawingErrorKind};

/// Colours that people who don't see all colours can tell apart (Okabe and Ito, 2008), dark enough on white.
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 0, 0),
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(120, 94, 20),
];

/// Lengths of strokes and gaps in pixels; a stroke without gaps first.
const PATTERNS: [Option<(u32, u32)>; 3] = [None, Some((9, 5)), Some((2, 4))];

/// How a line looks: together unlike any other of a chart.
#[derive(Clone, Copy)]
pub(crate) struct Look {
    pub(crate) colour: RGBColor,
    pub(crate) pattern: Option<(u32, u32)>,
    mark: usize,
}

impl Look {
    /// Four marks and three patterns go round at different speeds and meet again after twelve lines.
    pub(crate) fn of(index: usize) -> Self {
        Self {
            colour: COLOURS[index % COLOURS.len()],
            pattern: PATTERNS[index % PATTERNS.len()],
            mark: index % 4,
        }
    }
}

/// The mark of a line at a point, with a piece of the line to its right in a legend.
pub(crate) struct Sign<C> {
    pub(crate) look: Look,
    pub(crate) at: C,
    /// How long the piece of the line is, in pixels.
    pub(crate) stroke: i32,
}

impl<'a, C: 'a> PointCollection<'a, C> for &'a Sign<C> {
    type Point = &'a C;
    type IntoIter = Once<&'a C>;

    fn point_iter(self) -> Self::IntoIter {
        once(&self.at)
    }
}

impl<C, B: DrawingBackend> Drawable<B> for Sign<C> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        mut points: I,
        backend: &mut B,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<B::ErrorType>> {
        let Some((x, y)) = points.next() else { return Ok(()) };
        for (from, until) in strokes(self.look.pattern, self.stroke).into_iter().filter(|_| self.stroke > 0) {
            backend.draw_line((x + from, y), (x + until, y), &self.look.colour.stroke_width(2))?;
        }
        self.look.draw_mark((x + self.stroke / 2, y), backend)
    }
}

impl Look {
    fn draw_mark<B: DrawingBackend>(
        self,
        (x, y): BackendCoord,
        backend: &mut B,
    ) -> Result<(), DrawingErrorKind<B::ErrorType>> {
        let (filled, line) = (self.colour.filled(), self.colour.stroke_width(2));
        match self.mark {
            0 => backend.draw_circle((x, y), 4, &filled, true),
            1 => backend.fill_polygon([(x, y - 6), (x - 5, y + 4), (x + 5, y + 4)], &filled),
            2 => {
                backend.draw_line((x - 4, y - 4), (x + 4, y + 4), &line)?;
                backend.draw_line((x - 4, y + 4), (x + 4, y - 4), &line)
            }
            _ => backend.draw_circle((x, y), 5, &line, false),
        }
    }
}

/// Where the strokes of a line begin and end on a length.
fn strokes(pattern: Option<(u32, u32)>, length: i32) -> Vec<(i32, i32)> {
    let Some((stroke, gap)) = pattern else { return vec![(0, length)] };
    let step = (stroke + gap) as usize;
    (0..length).step_by(step).map(|from| (from, (from + stroke as i32).min(length))).collect()
}
