//! A chart on any of the drawing library's canvases.

use std::fmt::Display;
use std::sync::Once;

use epaint_default_fonts::UBUNTU_LIGHT;
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

use crate::scale::{day_of, days, number_of, percent, round_above};
use crate::sign::{Look, Sign};
use crate::{Chart, ChartError, Line, MAX_LINES};

const FONT: &str = "sans-serif";

/// How much higher than its highest point a picture is for each name in the legend, which so covers no line.
const LEGEND_SHARE: f64 = 0.075;

/// How long a piece of its line stands beside a name in the legend.
const SAMPLE_PIXELS: i32 = 40;

type Plane<'a, B> = ChartContext<'a, B, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

/// Draws a chart.
pub(crate) fn draw<B: DrawingBackend>(chart: &Chart, canvas: B) -> Result<(), ChartError> {
    if chart.lines.len() > MAX_LINES {
        return Err(ChartError::TooManyLines { found: chart.lines.len() });
    }
    let points = || chart.lines.iter().flat_map(|line| &line.points);
    let (Some(first), Some(last)) =
        (points().map(|point| point.0).min(), points().map(|point| point.0).max())
    else {
        return Err(ChartError::Empty);
    };
    let top = round_above(points().map(|point| point.1).fold(0.0, f64::max));
    install_font();
    let canvas = canvas.into_drawing_area();
    let (from, until) = days(first, last);
    on_plane(chart, &canvas, (from, until, top)).map_err(|error| ChartError::Drawing(error.to_string()))
}

/// The drawing library keeps fonts for the whole program.
fn install_font() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // It refuses what is no font, which a test would show.
        let _ = register_font(FONT, FontStyle::Normal, UBUNTU_LIGHT);
    });
}

fn on_plane<B: DrawingBackend>(
    chart: &Chart,
    canvas: &DrawingArea<B, Shift>,
    (from, until, top): (f64, f64, f64),
) -> Result<(), DrawingAreaErrorKind<B::ErrorType>> {
    canvas.fill(&WHITE)?;
    let mut plane = ChartBuilder::on(canvas)
        .caption(&chart.title, (FONT, 24))
        .margin(16)
        .margin_right(48)
        .x_label_area_size(44)
        .y_label_area_size(72)
        .build_cartesian_2d(from..until, 0.0..top * (1.0 + LEGEND_SHARE * chart.lines.len() as f64))?;
    plane
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.12))
        .x_labels(8)
        .y_labels(6)
        .y_desc(&chart.vertical)
        .label_style((FONT, 15))
        .axis_desc_style((FONT, 16))
        .x_label_formatter(&|number| day_of(*number).map(|day| day.to_string()).unwrap_or_default())
        .y_label_formatter(&|share| if *share <= 1.0 { percent(*share, top) } else { String::new() })
        .draw()?;
    for (index, line) in chart.lines.iter().enumerate() {
        draw_line(&mut plane, line, Look::of(index))?;
    }
    plane
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.85))
        .border_style(BLACK.mix(0.3))
        .legend_area_size(48)
        .label_font((FONT, 16))
        .draw()?;
    canvas.present()
}

fn draw_line<'b, B: DrawingBackend + 'b>(
    plane: &mut Plane<'b, B>,
    line: &Line,
    look: Look,
) -> Result<(), DrawingAreaErrorKind<B::ErrorType>> {
    let points: Vec<(f64, f64)> = line.points.iter().map(|(day, share)| (number_of(*day), *share)).collect();
    let style = look.colour.stroke_width(2);
    let drawn = match look.pattern {
        None => plane.draw_series(LineSeries::new(points.iter().copied(), style))?,
        Some((stroke, gap)) => {
            plane.draw_series(DashedLineSeries::new(points.iter().copied(), stroke, gap, style))?
        }
    };
    drawn.label(shortened(&line.name)).legend(move |at| Sign { look, at, stroke: SAMPLE_PIXELS });
    plane.draw_series(points.into_iter().map(|at| Sign { look, at, stroke: 0 }))?;
    Ok(())
}

/// A name that leaves room for the lines.
fn shortened(name: &str) -> impl Display + Into<String> {
    const MOST: usize = 40;
    if name.chars().count() <= MOST {
        return name.to_owned();
    }
    name.chars().take(MOST - 1).chain(['…']).collect()
}
