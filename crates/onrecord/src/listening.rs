//! The options of recognition that `transcribe` and `add` share, and the model they listen with.

use crate::console::Console;
use crate::listener::{ComputeType, Device, Listener};
use anyhow::{Context, bail};
use clap::builder::RangedU64ValueParser;
use indicatif::ProgressBar;
use ingest::metadata::Given;
use ingest::recording::{Options, Step};
use jiff::civil::Date;
use models::{Cache, Kind};
use record::MediaTime;
use speech::languages;
use speech::settings::{Language, Settings, Task};
use std::ffi::OsString;
use std::path::PathBuf;

/// How recordings are listened to. Names and defaults are those of whisper's own command line where it has them.
#[derive(clap::Args, Clone)]
pub(crate) struct Listening {
    /// Model by name (`onrecord models`), or the path of a GGML, CTranslate2 or safetensors file or folder
    #[arg(
        long,
        short,
        default_value = "base",
        value_name = "NAME|PATH",
        env = "ONRECORD_MODEL",
        help_heading = "Recognition"
    )]
    model: OsString,
    /// Where recognition computes; `gpu` needs a build with whisper.cpp and a GGML model, and gives words no times
    #[arg(long, value_enum, default_value_t = Device::Cpu, env = "ONRECORD_DEVICE", help_heading = "Recognition")]
    device: Device,
    /// Numbers that `cpu` computes with: `int8` is two to three times as fast, `float32` follows the reference to the letter
    #[arg(
        long,
        value_enum,
        value_name = "TYPE",
        env = "ONRECORD_COMPUTE_TYPE",
        help_heading = "Recognition"
    )]
    compute_type: Option<ComputeType>,
    /// Language that is spoken: a code (`en`), a name (`english`), `auto`, or `each` to find it out again every 30 s
    #[arg(long, short, default_value = "auto", help_heading = "Recognition")]
    language: String,
    /// `transcribe`, or `translate` into English
    #[arg(long, default_value = "transcribe", value_parser = ["transcribe", "translate"], help_heading = "Recognition")]
    task: String,
    /// Hypotheses that the search keeps; 1 is greedy: faster, with a few more errors
    #[arg(long, default_value_t = 5, value_parser = RangedU64ValueParser::<usize>::new().range(1..=32), help_heading = "Recognition")]
    beam_size: usize,
    /// Finished hypotheses that end a search, as a multiple of the beam
    #[arg(long, default_value_t = 1.0, value_parser = parse_positive, help_heading = "Recognition")]
    patience: f32,
    /// Draws of which the best is kept, at temperatures above 0
    #[arg(long, default_value_t = 5, value_parser = RangedU64ValueParser::<usize>::new().range(1..=32), help_heading = "Recognition")]
    best_of: usize,
    /// Temperatures tried in turn until a window's words are trusted; `0` alone never tries again
    #[arg(long, default_value = "0,0.2,0.4,0.6,0.8,1", value_delimiter = ',', value_parser = parse_temperature, help_heading = "Recognition")]
    temperature: Vec<f32>,
    /// Words that compress better than this are a loop and are tried again
    #[arg(long, default_value_t = 2.4, help_heading = "Recognition")]
    compression_ratio_threshold: f32,
    /// Words with a lower mean log probability than this are tried again
    #[arg(long, default_value_t = -1.0, allow_negative_numbers = true, help_heading = "Recognition")]
    logprob_threshold: f32,
    /// Probability of silence above which improbable words are left out
    #[arg(long, default_value_t = 0.6, help_heading = "Recognition")]
    no_speech_threshold: f32,
    /// Whether each window is told what was said before it
    #[arg(long, default_value_t = true, action = clap::ArgAction::Set, value_name = "BOOL", help_heading = "Recognition")]
    condition_on_previous_text: bool,
    /// Text taken as said before the recording: spelling and style to follow
    #[arg(long, value_name = "TEXT", help_heading = "Recognition")]
    initial_prompt: Option<String>,
    /// Names and words to expect, such as "Mike Waltz, Hegseth"
    #[arg(long, value_name = "WORDS", help_heading = "Recognition")]
    vocabulary: Option<String>,
    /// Whether each word gets its time and probability; only on `cpu`
    #[arg(long, action = clap::ArgAction::Set, value_name = "BOOL", help_heading = "Recognition")]
    word_timestamps: Option<bool>,
    /// Keep brackets, notes and other marks that are not speech
    #[arg(long, help_heading = "Recognition")]
    keep_marks: bool,
    /// Listen to silence too; models tend to invent words there
    #[arg(long, help_heading = "Recognition")]
    no_vad: bool,
    /// Windows that are decoded together, of one recording or of several; 1 follows the reference to the letter [default:
    /// 8; on `gpu` 1]
    #[arg(long, value_parser = RangedU64ValueParser::<usize>::new().range(1..=64), help_heading = "Recognition")]
    batch_size: Option<usize>,
    /// Seed of the draws at temperatures above 0
    #[arg(long, default_value_t = 0, help_heading = "Recognition")]
    seed: u64,
    /// Processor threads; 0 for all cores
    #[arg(long, default_value_t = 0, value_parser = RangedU64ValueParser::<usize>::new().range(0..=1024), help_heading = "Recognition")]
    threads: usize,
    /// Leave doubtful segments out; the sidecar keeps them with the reason, and their number is said
    #[arg(long, help_heading = "Recognition")]
    drop_suspects: bool,
    /// Listen from here: seconds, or `[HH:]MM:SS`
    #[arg(long, value_parser = parse_time, value_name = "TIME", help_heading = "Recording")]
    start: Option<MediaTime>,
    /// Listen up to here
    #[arg(long, value_parser = parse_time, value_name = "TIME", help_heading = "Recording")]
    end: Option<MediaTime>,
    /// Never use `ffmpeg` for what this program can't decode itself
    #[arg(long, help_heading = "Recording")]
    no_ffmpeg: bool,
    /// Title; else from `NAME.info.json`, tags or the file's name
    #[arg(long, help_heading = "Recording")]
    title: Option<String>,
    /// Show; else from `NAME.info.json`, tags or the folder's name
    #[arg(long, help_heading = "Recording")]
    show: Option<String>,
    /// Day of publication as YYYY-MM-DD; else from `NAME.info.json`, tags, the file's name or its time
    #[arg(long, help_heading = "Recording")]
    date: Option<Date>,
    /// Address where it was published: links open that second there, else in the file on this machine
    #[arg(long, value_parser = parse_address, help_heading = "Recording")]
    url: Option<String>,
}

impl Listening {
    /// What people said about the article.
    pub(crate) fn given_of_article(&self, outlet: Option<String>) -> ingest::article::Given {
        let (headline, url) = (self.title.clone(), self.url.clone());
        ingest::article::Given { headline, outlet, date: self.date, url }
    }

    /// What people said about the recording.
    pub(crate) fn given(&self) -> Given {
        Given { title: self.title.clone(), show: self.show.clone(), date: self.date, url: self.url.clone() }
    }

    /// Refuses names for one thing, such as a recording, that are given for several.
    pub(crate) fn check_recordings(&self, what: &str, count: usize) -> anyhow::Result<()> {
        let given = [("--title", self.title.is_some()), ("--url", self.url.is_some())];
        match given.into_iter().find(|(_, given)| *given && count > 1) {
            Some((flag, _)) => {
                bail!("`{flag}` names one {what}, but there are {count}\nhint: add them one by one")
            }
            None => Ok(()),
        }
    }

    /// All that decides how a recording is listened to. `word_times` is what holds if nobody said.
    pub(crate) fn options(&self, journals: PathBuf, word_times: bool) -> anyhow::Result<Options> {
        if let (Some(start), Some(end)) = (self.start, self.end)
            && start >= end
        {
            bail!("`--start {}` lies behind `--end {}`", start.clock(), end.clock());
        }
        self.device.check_built()?;
        Ok(Options {
            settings: self.settings(word_times)?,
            start: self.start,
            end: self.end,
            voice_detection: !self.no_vad,
            use_ffmpeg: !self.no_ffmpeg,
            drop_suspects: self.drop_suspects,
            journals,
        })
    }

    fn settings(&self, word_times: bool) -> anyhow::Result<Settings> {
        Ok(Settings {
            task: if self.task == "translate" { Task::Translate } else { Task::Transcribe },
            language: parse_language(&self.language)?,
            beam_size: self.beam_size,
            patience: self.patience,
            best_of: self.best_of,
            temperatures: self.temperature.clone(),
            compression_ratio_limit: Some(self.compression_ratio_threshold),
            log_probability_limit: Some(self.logprob_threshold),
            no_speech_limit: Some(self.no_speech_threshold),
            condition_on_previous: self.condition_on_previous_text,
            initial_prompt: self.initial_prompt.clone(),
            vocabulary: self.vocabulary.clone(),
            suppress_marks: !self.keep_marks,
            word_times: self.word_times(word_times)?,
            batch: self.at_once(),
            seed: self.seed,
            ..Settings::default()
        })
    }

    /// Recordings that are heard at once at most, and windows that are decoded together.
    pub(crate) fn at_once(&self) -> usize {
        self.batch_size.unwrap_or(self.device.best_batch())
    }

    /// Whether words get times; `wanted` is what holds if nobody said.
    fn word_times(&self, wanted: bool) -> anyhow::Result<bool> {
        if self.device.has_word_times() {
            return Ok(self.word_timestamps.unwrap_or(wanted));
        }
        if self.word_timestamps == Some(true) {
            bail!(
                "whisper.cpp can't say when each word was said\nhint: take `--device cpu`, or leave out `--word-timestamps`"
            );
        }
        Ok(false)
    }

    /// Loads the model and sets up the threads it runs on.
    pub(crate) fn load(&self, console: &Console) -> anyhow::Result<Listener> {
        // Whoever hears a recording waits while these compute, so that one thread means one.
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.threads);
        pool.build_global().context("can't start the threads of the recogniser")?;
        let files = Cache::of_user()?.locate_for(Kind::Whisper, &self.model)?;
        let listener = Listener::load(files, self.device, self.compute_type)?;
        if !listener.vocabulary().is_multilingual() && self.task == "translate" {
            bail!(
                "the model `{}` knows only English, so it can't translate\nhint: take `base` or a larger one",
                listener.files().name
            );
        }
        if !self.device.has_word_times() && self.word_timestamps.is_none() {
            console.remark("whisper.cpp gives each line its time, but single words none");
        }
        Ok(listener)
    }
}

/// Draws the progress of one recording.
pub(crate) struct Meter {
    bar: ProgressBar,
    name: String,
}

impl Meter {
    /// A meter for a recording.
    pub(crate) fn new(console: &Console, name: &str) -> Meter {
        Meter { bar: console.progress(0, name, "s"), name: name.to_string() }
    }

    /// Draws a step.
    pub(crate) fn step(&self, step: Step) {
        let (what, done, all) = match step {
            Step::Hashing => ("reading", 0, 0),
            Step::Decoding { to, of } => {
                ("decoding", to.whole_seconds(), of.unwrap_or(to).max(to).whole_seconds())
            }
            Step::Listening { done_seconds, all_seconds } => {
                ("listening", done_seconds.round() as u64, all_seconds.round() as u64)
            }
        };
        let message = format!("{} {what}", self.name);
        if self.bar.message() != message {
            self.bar.set_message(message);
            // Rate and time left are those of the step, not of what went before it.
            self.bar.reset();
        }
        self.bar.set_length(all);
        self.bar.set_position(done);
    }

    /// Takes the meter off the screen.
    pub(crate) fn finish(self) {
        self.bar.finish_and_clear();
    }
}

fn parse_language(text: &str) -> anyhow::Result<Language> {
    Ok(match text {
        "auto" => Language::Detect,
        "each" => Language::DetectEach,
        name => match languages::find(name) {
            Some(language) => Language::Known(language.code.to_string()),
            None => bail!("expected a language such as `en` or `english`, `auto` or `each`, found `{name}`"),
        },
    })
}

/// Reads `90`, `90.5`, `1:30` or `00:01:30.5`.
pub(crate) fn parse_time(text: &str) -> Result<MediaTime, String> {
    let wrong = || format!("expected seconds or `[HH:]MM:SS`, found `{text}`");
    let parts: Vec<&str> = text.split(':').collect();
    let (seconds, whole) = parts.split_last().ok_or_else(wrong)?;
    let seconds: f64 = seconds
        .parse()
        .ok()
        .filter(|seconds: &f64| seconds.is_finite() && *seconds >= 0.0)
        .ok_or_else(wrong)?;
    if parts.len() > 3 || (parts.len() > 1 && seconds >= 60.0) {
        return Err(wrong());
    }
    let mut total: f64 = 0.0;
    for part in whole {
        total = (total + f64::from(part.parse::<u32>().map_err(|_| wrong())?)) * 60.0;
    }
    Ok(MediaTime::from_seconds_f64(total + seconds))
}

fn parse_temperature(text: &str) -> Result<f32, String> {
    let value: Option<f32> = text.trim().parse().ok();
    value
        .filter(|value| (0.0..=2.0).contains(value))
        .ok_or_else(|| format!("expected a number from 0 to 2, found `{text}`"))
}

fn parse_positive(text: &str) -> Result<f32, String> {
    let value: Option<f32> = text.parse().ok();
    value
        .filter(|value| *value > 0.0 && *value <= 100.0)
        .ok_or_else(|| format!("expected a number above 0, found `{text}`"))
}

fn parse_address(text: &str) -> Result<String, String> {
    record::address::openable(text).map(|_| text.to_string()).ok_or_else(|| {
        format!("expected an address that begins with `http://` or `https://`, found `{text}`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_people_write_them() {
        #[track_caller]
        fn check(text: &str, millis: Option<u64>) {
            assert_eq!(parse_time(text).ok().map(MediaTime::as_millis), millis, "for {text:?}");
        }
        check("90", Some(90_000));
        check("0.25", Some(250));
        check("1:30", Some(90_000));
        check("01:01:30.5", Some(3_690_500));
        check("1:60", None);
        check("1:2:3:4", None);
        check("-1", None);
        check("nan", None);
        check("", None);
    }

    #[test]
    fn languages_by_code_name_and_rule() {
        assert_eq!(parse_language("English").unwrap(), Language::Known("en".into()));
        assert_eq!(parse_language("auto").unwrap(), Language::Detect);
        let error = parse_language("klingon").unwrap_err().to_string();
        assert_eq!(error, "expected a language such as `en` or `english`, `auto` or `each`, found `klingon`");
    }
}
