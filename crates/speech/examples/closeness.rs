//! How far bytes are from floats: what both networks expect after each token of a transcript, told the same words.
//!
//! ```text
//! cargo run --release -p onrecord-speech --example closeness -- MODEL_FOLDER RECORDING
//! ```
//!
//! `ONRECORD_INSTRUCTIONS=avx2` shows what a lesser processor would do.

use speech::InstructionSet;
use speech::features::{Samples, Spectrometer, WINDOW_FRAMES, frame_count};
use speech::model::{Model, Row};
use speech::network::{Network, Precision};
use std::path::Path;

/// Tokens that are told for each window.
const TOKENS: usize = 80;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, recording] = &arguments[..] else {
        return Err("usage: closeness MODEL_FOLDER RECORDING".into());
    };
    if let Ok(set) = std::env::var("ONRECORD_INSTRUCTIONS") {
        InstructionSet::choose(&set)?;
    }
    let mut sound = Vec::new();
    let mut recording =
        media::open(media::Input::file(Path::new(recording)), &media::OpenOptions::default())?;
    while recording.read(&mut sound)? > 0 {}
    let exact = Network::open(Path::new(model), Precision::Float32)?;
    let bytes = Network::open(Path::new(model), Precision::Int8)?;
    let mut spectrometer = Spectrometer::new(exact.mel_channels());
    let loudest = spectrometer.loudest(&sound[..])?;
    let (mut divergence, mut same, mut count) = (0.0, 0, 0);
    for first in (0..frame_count(sound.sample_count())).step_by(WINDOW_FRAMES) {
        let frames = WINDOW_FRAMES.min(frame_count(sound.sample_count()) - first);
        let window = spectrometer.log_mel(&sound[..], first, frames, loudest)?;
        let tokens = heard(&exact, window.clone())?;
        let logits = |network: &Network| -> Result<Vec<Vec<f32>>, speech::model::ModelError> {
            let audio = network.encode(vec![window.clone()])?.remove(0);
            let mut history = <Network as Model>::History::default();
            let after = |token| {
                let mut rows =
                    [Row { audio: &audio, history: &mut history, tokens: std::slice::from_ref(token) }];
                Ok(network.decode(&mut rows)?.values)
            };
            tokens.iter().map(after).collect()
        };
        for (expected, found) in logits(&exact)?.into_iter().zip(logits(&bytes)?) {
            let (expected, found) = (probabilities(&expected), probabilities(&found));
            let parts = expected.iter().zip(&found).filter(|(expected, _)| **expected > 0.0);
            divergence +=
                parts.map(|(expected, found)| expected * (expected / found.max(1e-30)).ln()).sum::<f64>();
            same += usize::from(best(&expected) == best(&found));
            count += 1;
        }
    }
    println!(
        "{count} tokens: divergence {:.5} nats a token, {:.2} % of the likeliest tokens are the same",
        divergence / count as f64,
        100.0 * same as f64 / count as f64
    );
    Ok(())
}

/// The likeliest tokens of a window, one after the other.
fn heard(network: &Network, window: speech::features::LogMel) -> Result<Vec<u32>, speech::model::ModelError> {
    let vocabulary = network.vocabulary();
    let audio = network.encode(vec![window])?.remove(0);
    let mut tokens = vec![vocabulary.start_of_transcript()];
    tokens.extend(vocabulary.language_token("en").into_iter().chain([vocabulary.transcribe()]));
    let (mut history, mut fed) = (<Network as Model>::History::default(), 0);
    while tokens.len() < TOKENS {
        let mut rows = [Row { audio: &audio, history: &mut history, tokens: &tokens[fed..] }];
        let logits = network.decode(&mut rows)?;
        fed = tokens.len();
        tokens.push(best(&probabilities(logits.row(0))) as u32);
        if tokens.last() == Some(&vocabulary.end_of_text()) {
            break;
        }
    }
    Ok(tokens)
}

fn probabilities(logits: &[f32]) -> Vec<f64> {
    let largest = logits.iter().fold(f32::NEG_INFINITY, |largest, logit| largest.max(*logit));
    let weights: Vec<f64> = logits.iter().map(|logit| f64::from(logit - largest).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

fn best(probabilities: &[f64]) -> usize {
    let likelier = |a: &(usize, &f64), b: &(usize, &f64)| a.1.total_cmp(b.1);
    probabilities.iter().enumerate().max_by(likelier).map_or(0, |(token, _)| token)
}
