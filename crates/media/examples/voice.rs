//! Measures the settings of voice detection on recordings mixed with silence, noise and music.
//!
//! ```sh
//! cargo run --release -p onrecord-media --example voice -- FOLDER [ONSET RELEASE SHORTEST_MS PADDING_MS]
//! ```
//!
//! Every recording (`.flac`, `.wav`) of the folder is embedded in ten seconds of the background on both sides and under it, at several
//! levels. What is louder than its peak less 25 dB counts as speech (in clean recordings only a voice is). Printed are
//! the share of that speech that lies outside the stretches, the share of the recordings of which any is missed by more
//! than 0.1 s in a row, and the share of the background that is kept beyond half a second from speech.

use std::error::Error;
use std::path::PathBuf;

use media::{Input, OpenOptions, Stretch, VoiceDetector, VoiceSettings, open};
use record::MediaTime;

const RATE: usize = 16_000;
const FRAME: usize = 160;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("expected a folder of recordings")?;
    let numbers: Vec<f32> = arguments.filter_map(|text| text.parse().ok()).collect();
    let settings = settings(&numbers);
    let clips = clips(&folder)?;
    let seconds: usize = clips.iter().map(|clip| clip.len() / RATE).sum();
    println!("{settings:?}\n{} recordings, {seconds} s\n", clips.len());
    println!(
        "{:<12}{:>9}{:>11}{:>11}{:>13}",
        "background", "level dB", "missed %", "clips hit", "kept beside %"
    );
    for (name, background) in
        [("silence", silence as Background), ("white noise", noise), ("hum", hum), ("music", music)]
    {
        let levels: &[f32] = if name == "silence" { &[-100.0] } else { &[-30.0, -20.0, -10.0, -5.0, 0.0] };
        for &level in levels {
            report(name, level, &clips, background, &settings);
        }
    }
    for gain in [0.1, 0.03, 0.01, 0.003] {
        let quiet: Vec<Vec<f32>> =
            clips.iter().map(|clip| clip.iter().map(|sample| sample * gain).collect()).collect();
        report(&format!("x {gain}"), -100.0, &quiet, silence, &settings);
    }
    for (name, background) in [("white noise", noise as Background), ("hum", hum), ("music", music)] {
        let alone: Vec<f32> = background(RATE * 120).iter().map(|sample| sample * 0.1).collect();
        let kept: u64 = stretches(&alone, &settings).iter().map(|stretch| stretch.length().as_millis()).sum();
        println!("two minutes of {name} alone: {:.1} % kept", kept as f64 / 1200.0);
    }
    Ok(())
}

type Background = fn(usize) -> Vec<f32>;

fn settings(numbers: &[f32]) -> VoiceSettings {
    let mut settings = VoiceSettings::default();
    if let &[onset, release, shortest, padding] = numbers {
        settings.onset = onset;
        settings.release = release;
        settings.shortest_speech = MediaTime::from_millis(shortest as u64);
        settings.padding = MediaTime::from_millis(padding as u64);
    }
    settings
}

fn clips(folder: &str) -> Result<Vec<Vec<f32>>, Box<dyn Error>> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder)?.filter_map(|file| Some(file.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "flac" || ending == "wav"));
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let mut recording = open(Input::file(path), &OpenOptions::default())?;
            let mut samples = Vec::new();
            while recording.read(&mut samples)? > 0 {}
            Ok(samples)
        })
        .collect()
}

fn report(name: &str, level: f32, clips: &[Vec<f32>], background: Background, settings: &VoiceSettings) {
    let (mut speech, mut missed, mut hit, mut beside, mut kept) = (0, 0, 0, 0, 0);
    for clip in clips {
        let (mixed, truth) = mix(clip, level, background);
        let found = stretches(&mixed, settings);
        let covered: Vec<bool> = (0..truth.len()).map(|frame| covers(&found, frame)).collect();
        let lost: Vec<bool> =
            truth.iter().zip(&covered).map(|(&spoken, &covered)| spoken && !covered).collect();
        speech += truth.iter().filter(|&&spoken| spoken).count();
        missed += lost.iter().filter(|&&lost| lost).count();
        hit += usize::from(lost.windows(10).any(|row| row.iter().all(|&lost| lost)));
        let far: Vec<bool> = (0..truth.len())
            .map(|frame| {
                truth[frame.saturating_sub(50)..(frame + 50).min(truth.len())].iter().all(|&spoken| !spoken)
            })
            .collect();
        beside += far.iter().filter(|&&far| far).count();
        kept += far.iter().zip(&covered).filter(|&(&far, &covered)| far && covered).count();
    }
    let percent = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
    println!(
        "{name:<12}{level:>9}{:>11.3}{:>8}/{:<2}{:>13.1}",
        percent(missed, speech),
        hit,
        clips.len(),
        percent(kept, beside)
    );
}

/// The clip with ten seconds around it, over a background at `level` dB below the speech; and which 10 ms are speech.
fn mix(clip: &[f32], level: f32, background: Background) -> (Vec<f32>, Vec<bool>) {
    let pad = 10 * RATE;
    let mut clean = vec![0.0; pad];
    clean.extend_from_slice(clip);
    clean.resize(clean.len() + pad, 0.0);
    let powers: Vec<f32> = clean.chunks(FRAME).map(power).collect();
    let peak = powers.iter().copied().fold(0.0, f32::max);
    let truth: Vec<bool> = powers.iter().map(|&frame| frame > peak * 10_f32.powf(-2.5)).collect();
    let spoken: Vec<f32> =
        powers.iter().zip(&truth).filter(|(_, spoken)| **spoken).map(|(&frame, _)| frame).collect();
    let speech = spoken.iter().sum::<f32>() / spoken.len().max(1) as f32;
    let under = background(clean.len());
    let gain = (speech * 10_f32.powf(level / 10.0) / power(&under).max(1e-12)).sqrt();
    let mixed =
        clean.iter().zip(&under).map(|(voice, noise)| (voice + gain * noise).clamp(-1.0, 1.0)).collect();
    (mixed, truth)
}

fn power(samples: &[f32]) -> f32 {
    samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len().max(1) as f32
}

fn stretches(samples: &[f32], settings: &VoiceSettings) -> Vec<Stretch> {
    let mut detector = VoiceDetector::new(MediaTime::ZERO);
    detector.push(samples);
    detector.finish().stretches(settings)
}

fn covers(stretches: &[Stretch], frame: usize) -> bool {
    let (start, end) = (frame as u64 * 10, frame as u64 * 10 + 10);
    stretches.iter().any(|stretch| stretch.start.as_millis() <= start && end <= stretch.end.as_millis())
}

fn silence(count: usize) -> Vec<f32> {
    vec![0.0; count]
}

fn noise(count: usize) -> Vec<f32> {
    let mut state = 1_u32;
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        })
        .collect()
}

fn hum(count: usize) -> Vec<f32> {
    (0..count)
        .map(|n| {
            let t = n as f32 / RATE as f32;
            [50.0, 100.0, 150.0, 300.0, 450.0]
                .iter()
                .map(|hertz| (std::f32::consts::TAU * hertz * t).sin())
                .sum::<f32>()
                / 5.0
        })
        .collect()
}

/// Chords of decaying harmonics, twice a second, over a noise burst as a drum.
fn music(count: usize) -> Vec<f32> {
    const CHORDS: [[f32; 3]; 4] =
        [[261.6, 329.6, 392.0], [220.0, 261.6, 329.6], [174.6, 220.0, 261.6], [196.0, 246.9, 293.7]];
    let hiss = noise(count);
    (0..count)
        .map(|n| {
            let beat = n / (RATE / 2);
            let t = (n % (RATE / 2)) as f32 / RATE as f32;
            let tone = |hertz: f32| {
                (1..6)
                    .map(|h| {
                        (std::f32::consts::TAU * hertz * h as f32 * t).sin() * (-3.0 * t * h as f32).exp()
                            / h as f32
                    })
                    .sum::<f32>()
            };
            let chord: f32 = CHORDS[beat / 4 % 4].iter().map(|&hertz| tone(hertz)).sum();
            chord / 3.0 + 0.3 * hiss[n] * (-40.0 * t).exp()
        })
        .collect()
}
