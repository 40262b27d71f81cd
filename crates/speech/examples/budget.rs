//! Where the time of recognition goes: processor milliseconds of each step over one recording.
//!
//! ```text
//! cargo run --release -p onrecord-speech --example budget -- MODEL_FOLDER RECORDING [int8|float32] [BATCH]
//! ```
//!
//! `ONRECORD_INSTRUCTIONS=avx2` shows what it would be on a lesser processor.

use rustix::time::{ClockId, clock_gettime};
use speech::features::{Samples, Spectrometer, WINDOW_FRAMES, frame_count};
use speech::model::{Model, Row};
use speech::network::{Network, Precision};
use std::path::Path;

/// Tokens that speech of 30 s has, about.
const TOKENS: usize = 100;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, recording, rest @ ..] = &arguments[..] else {
        return Err("usage: budget MODEL_FOLDER RECORDING [int8|float32] [BATCH]".into());
    };
    let precision = match rest.first().map(String::as_str) {
        Some("float32") => Precision::Float32,
        _ => Precision::Int8,
    };
    let batch: usize = rest.get(1).map_or(Ok(8), |batch| batch.parse())?;
    if let Ok(set) = std::env::var("ONRECORD_INSTRUCTIONS") {
        speech::InstructionSet::choose(&set)?;
    }
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global()?;
    let mut sound = Vec::new();
    let mut recording =
        media::open(media::Input::file(Path::new(recording)), &media::OpenOptions::default())?;
    while recording.read(&mut sound)? > 0 {}

    let begun = processor_seconds();
    let network = Network::open(Path::new(model), precision)?;
    report("load", begun, 1);

    let mut spectrometer = Spectrometer::new(network.mel_channels());
    let begun = processor_seconds();
    let loudest = spectrometer.loudest(&sound[..])?;
    let frames = frame_count(sound.sample_count());
    let mut windows = Vec::new();
    for first in (0..frames).step_by(WINDOW_FRAMES) {
        windows.push(spectrometer.log_mel(&sound[..], first, WINDOW_FRAMES.min(frames - first), loudest)?);
    }
    report("log-mel, a window", begun, windows.len());

    let begun = processor_seconds();
    let audio = network.encode(windows.clone())?;
    report("encoder, a window", begun, windows.len());

    for rows in [1, batch].into_iter().filter(|rows| *rows <= batch) {
        let mut histories = vec![<Network as Model>::History::default(); rows];
        let start = [network.vocabulary().start_of_transcript()];
        let begun = processor_seconds();
        for _ in 0..TOKENS {
            let mut batch: Vec<Row<'_, Network>> = histories
                .iter_mut()
                .enumerate()
                .map(|(row, history)| Row { audio: &audio[row % audio.len()], history, tokens: &start })
                .collect();
            network.decode(&mut batch)?;
        }
        report(&format!("decoder, a step of {rows}"), begun, TOKENS);
    }
    Ok(())
}

fn report(what: &str, begun: f64, times: usize) {
    println!("{what}: {:.2} ms", (processor_seconds() - begun) * 1000.0 / times as f64);
}

fn processor_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
