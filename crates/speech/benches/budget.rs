//! Where the time of recognition goes, part by part, on one thread.
//!
//! ```text
//! ONRECORD_TEST_MODELS=FOLDER cargo bench -p onrecord-speech
//! ```
//!
//! `FOLDER` holds models by their names; `base` hears the demo broadcast. `ONRECORD_INSTRUCTIONS=avx2` shows what a lesser
//! processor would need. What each part could take at best stands in `docs/recognition.md`.

use divan::Bencher;
use speech::InstructionSet;
use speech::features::{FRAMES_PER_SECOND, LogMel, Samples, Spectrometer, WINDOW_FRAMES, frame_count};
use speech::model::{Model, Row};
use speech::network::{Network, Precision};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Tokens that a hypothesis has been fed before a step: half of what it can be told of before, and half a window.
const TOKENS_BEFORE: usize = 160;

/// Tokens of a prompt: all that a window can be told of what was said before, and three.
const PROMPT_TOKENS: usize = 226;

/// Tokens of a window whose words get their times.
const ALIGNED_TOKENS: usize = 100;

/// Windows of a batch.
const WINDOWS: usize = 8;

type History = <Network as Model>::History;
type Audio = <Network as Model>::Audio;

/// A network as it computes, and the first half minute of the demo broadcast.
struct Fixture {
    network: Network,
    sound: Vec<f32>,
    window: LogMel,
    /// The window as the decoder looks at it, several times: a batch has as many to read.
    audio: Vec<Audio>,
}

impl Fixture {
    fn new(precision: Precision) -> Fixture {
        let network = Network::open(&model_folder(), precision).expect("a model that can be read");
        let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/broadcast.flac");
        let mut recording = media::open(media::Input::file(&demo), &media::OpenOptions::default())
            .expect("the demo broadcast");
        let mut sound = Vec::new();
        while recording.read(&mut sound).expect("sound without damage") > 0 {}
        let window = window_of(&network, &sound, WINDOW_FRAMES);
        let audio = network.encode(vec![window.clone(); WINDOWS]).expect("windows that fit");
        Fixture { network, sound, window, audio }
    }
}

/// The numbers that a network computes with.
trait Numbers {
    fn fixture() -> &'static Fixture;
}

struct Int8;
struct Float32;

impl Numbers for Int8 {
    fn fixture() -> &'static Fixture {
        static FIXTURE: OnceLock<Fixture> = OnceLock::new();
        FIXTURE.get_or_init(|| Fixture::new(Precision::Int8))
    }
}

impl Numbers for Float32 {
    fn fixture() -> &'static Fixture {
        static FIXTURE: OnceLock<Fixture> = OnceLock::new();
        FIXTURE.get_or_init(|| Fixture::new(Precision::Float32))
    }
}

fn model_folder() -> PathBuf {
    PathBuf::from(std::env::var_os("ONRECORD_TEST_MODELS").unwrap_or_default()).join("base")
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if !model_folder().exists() {
        eprintln!("nothing measured: ONRECORD_TEST_MODELS names no folder that holds the model `base`");
        return Ok(());
    }
    if let Ok(set) = std::env::var("ONRECORD_INSTRUCTIONS") {
        InstructionSet::choose(&set)?;
    }
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global()?;
    println!("{}", InstructionSet::detect().description());
    divan::main();
    Ok(())
}

fn window_of(network: &Network, sound: &[f32], frames: usize) -> LogMel {
    let mut spectrometer = Spectrometer::new(network.mel_channels());
    let loudest = spectrometer.loudest(sound).expect("sound in memory");
    let frames = frames.min(frame_count(sound.sample_count()));
    spectrometer.log_mel(sound, 0, frames, loudest).expect("sound in memory")
}

#[divan::bench(sample_count = 5)]
fn load(bencher: Bencher<'_, '_>) {
    bencher.bench(|| Network::open(&model_folder(), Precision::Int8).expect("a model that can be read"));
}

#[divan::bench(sample_count = 20)]
fn spectrogram_of_a_window(bencher: Bencher<'_, '_>) {
    let Fixture { network, sound, .. } = Int8::fixture();
    let mut spectrometer = Spectrometer::new(network.mel_channels());
    let loudest = spectrometer.loudest(&sound[..]).expect("sound in memory");
    bencher.bench_local(|| spectrometer.log_mel(&sound[..], 0, WINDOW_FRAMES, loudest));
}

/// A window, and the keys and values of it that the decoder looks at.
#[divan::bench(types = [Int8, Float32], args = [30, 10, 3], sample_count = 10)]
fn encoder_of_seconds<N: Numbers>(bencher: Bencher<'_, '_>, seconds: usize) {
    let Fixture { network, sound, window, .. } = N::fixture();
    let window = match seconds {
        30 => window.clone(),
        _ => window_of(network, sound, seconds * FRAMES_PER_SECOND),
    };
    bencher.with_inputs(|| vec![window.clone()]).bench_values(|windows| network.encode(windows));
}

/// Hypotheses that are continued together.
struct Batch {
    windows: usize,
    beam: usize,
}

impl fmt::Display for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "windows: {}, beam: {}", self.windows, self.beam)
    }
}

const BATCHES: [Batch; 4] = [
    Batch { windows: 1, beam: 1 },
    Batch { windows: 1, beam: 5 },
    Batch { windows: WINDOWS, beam: 1 },
    Batch { windows: WINDOWS, beam: 5 },
];

/// One more token of each hypothesis.
#[divan::bench(types = [Int8, Float32], args = BATCHES, sample_count = 20)]
fn decoder_step<N: Numbers>(bencher: Bencher<'_, '_>, batch: &Batch) {
    let token = N::fixture().network.vocabulary().start_of_transcript();
    let mut before = vec![History::default(); batch.windows];
    feed::<N>(&mut before, 1, &[token; TOKENS_BEFORE]);
    bencher
        .with_inputs(|| {
            before.iter().flat_map(|history| vec![history.clone(); batch.beam]).collect::<Vec<_>>()
        })
        .bench_values(|mut histories| feed::<N>(&mut histories, batch.beam, &[token]));
}

#[divan::bench(types = [Int8, Float32], sample_count = 10)]
fn decoder_prompt<N: Numbers>(bencher: Bencher<'_, '_>) {
    let token = N::fixture().network.vocabulary().start_of_transcript();
    bencher
        .with_inputs(|| vec![History::default()])
        .bench_values(|mut histories| feed::<N>(&mut histories, 1, &[token; PROMPT_TOKENS]));
}

#[divan::bench(types = [Int8, Float32], sample_count = 10)]
fn times_of_words<N: Numbers>(bencher: Bencher<'_, '_>) {
    let Fixture { network, audio, .. } = N::fixture();
    let vocabulary = network.vocabulary();
    let tokens = [vocabulary.start_of_transcript(); ALIGNED_TOKENS];
    bencher.bench(|| network.align(&audio[0], &tokens, vocabulary.end_of_text()));
}

/// Feeds each history the tokens; `beam` neighbours are about one window.
fn feed<N: Numbers>(histories: &mut [History], beam: usize, tokens: &[u32]) {
    let Fixture { network, audio, .. } = N::fixture();
    let rows = histories.iter_mut().enumerate();
    let mut rows: Vec<Row<'_, Network>> =
        rows.map(|(row, history)| Row { audio: &audio[row / beam], history, tokens }).collect();
    divan::black_box(network.decode(&mut rows).expect("rows that fit"));
}
