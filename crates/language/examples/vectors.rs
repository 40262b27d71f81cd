//! Measures how many passages of 50 words a second a model makes vectors of, on one core.
//!
//! ```sh
//! cargo run --release -p onrecord-language --example vectors -- WEIGHTS PIECES FOLDER [PASSAGES]
//! ```
//!
//! `WEIGHTS` is a `.safetensors` or `.onnx` file, `PIECES` its `tokenizer.json` or `vocab.txt`, `FOLDER` holds transcripts. Networks use
//! all cores; `RTEN_NUM_THREADS=1` holds them to one.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use language::embed::{Embedder, ModelPaths, SentenceModel, StaticModel};
use record::format::archive;

const PASSAGE_WORDS: usize = 50;
const BATCH_PASSAGES: usize = 1024;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [weights, pieces, folder, most @ ..] = arguments.as_slice() else {
        return Err("expected WEIGHTS PIECES FOLDER [PASSAGES]".into());
    };
    let most = most.first().map_or(Ok(100_000), |text| text.parse())?;
    let paths = ModelPaths { weights: Path::new(weights), pieces: Path::new(pieces) };
    let begun = Instant::now();
    let model: Box<dyn Embedder> = match weights.ends_with(".onnx") {
        true => Box::new(SentenceModel::load("measured", &paths)?),
        false => Box::new(StaticModel::load("measured", &paths)?),
    };
    println!("loaded in {:.2} s, {} dimensions", begun.elapsed().as_secs_f64(), model.dimensions());
    let passages = passages(Path::new(folder), most)?;
    let texts: Vec<&str> = passages.iter().map(String::as_str).collect();
    model.embed_batch(&texts[..texts.len().min(16)])?;
    for _ in 0..3 {
        let begun = Instant::now();
        let mut sum = 0.0;
        for batch in texts.chunks(BATCH_PASSAGES) {
            sum += model.embed_batch(batch)?.iter().sum::<f32>();
        }
        let seconds = begun.elapsed().as_secs_f64();
        println!(
            "{} passages in {seconds:.2} s: {:.0} a second (sum {sum:.3})",
            texts.len(),
            texts.len() as f64 / seconds
        );
    }
    Ok(())
}

/// The words of the folder's transcripts, fifty at a time.
fn passages(folder: &Path, most: usize) -> Result<Vec<String>, Box<dyn Error>> {
    let mut passages = Vec::new();
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let mut paths =
            fs::read_dir(&folder)?.map(|found| Ok(found?.path())).collect::<std::io::Result<Vec<_>>>()?;
        paths.sort();
        for path in paths {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                let file = archive::parse(&fs::read(&path)?).file;
                let lines: Vec<&str> = file.segments().iter().map(|segment| segment.text.as_str()).collect();
                let text = lines.join(" ");
                let words: Vec<&str> = text.split_whitespace().collect();
                passages.extend(words.chunks_exact(PASSAGE_WORDS).map(|words| words.join(" ")));
            }
            if passages.len() >= most {
                passages.truncate(most);
                return Ok(passages);
            }
        }
    }
    Ok(passages)
}
