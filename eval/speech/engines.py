"""Who is compared, and by which command.

A command is a list of words; `{...}` is filled in from the settings of the run, and the word
`{recordings}` becomes all the recordings. Each command runs in a process of its own and leaves one
JSON file for each recording in the folder `{output}`: openai-whisper's shape, of which `text` is read.
"""

import dataclasses
import pathlib

HERE = pathlib.Path(__file__).resolve().parent

# The peers' settings: their temperatures, no word times (on by default with `--format json`).
ONRECORD = [
    *("{onrecord}", "transcribe", "{recordings}"),
    *("--model", "{model_folder}", "--language", "{language}", "--beam-size", "{beam_size}", "--threads", "{threads}"),
    *("--temperature", "{temperatures}", "--word-timestamps", "false"),
    *("--format", "json", "--output-dir", "{output}", "--json", "--quiet"),
]
# Window after window, silence too, as the reference does; and as people run it.
ONE_BY_ONE = [*ONRECORD, "--batch-size", "1", "--no-vad"]
EXACT = [*ONE_BY_ONE, "--compute-type", "float32"]
BATCHED = [*ONRECORD, "--batch-size", "8"]
EXACT_BATCHED = [*BATCHED, "--compute-type", "float32"]
PEER = [
    *("{python}", str(HERE / "peer.py"), "{peer}", "{recordings}"),
    *("--language", "{language}", "--beam-size", "{beam_size}", "--threads", "{threads}"),
    *("--temperatures", "{temperatures}", "--output-dir", "{output}"),
]
FASTER_WHISPER = [*PEER, "--model", "{model_folder}", "--compute-type", "{compute_type}"]
WHISPER_CPP = [*PEER, "--model", "{ggml_file}"]
OPENAI_WHISPER = [
    *("{openai_python}", str(HERE / "peer_openai.py"), "{recordings}", "--model", "{model_folder}"),
    *("--language", "{language}", "--beam-size", "{beam_size}", "--threads", "{threads}"),
    *("--temperatures", "{temperatures}", "--output-dir", "{output}"),
]


@dataclasses.dataclass(frozen=True)
class Engine:
    """One row of the table."""

    name: str
    command: list
    settings: dict
    # The engine whose words these should be: the same search over unrounded weights.
    same_words_as: str
    # Installs gigabytes, or takes long for what it tells: runs only when `--only` names it.
    heavy: bool = False

    @property
    def ours(self):
        return self.command[0] == ONRECORD[0]

    def words(self, common, recordings):
        """The command, ready to run."""
        settings = common | self.settings
        filled = []
        for word in self.command:
            filled += recordings if word == "{recordings}" else [word.format(**settings)]
        return [str(word) for word in filled]


GREEDY, BEAM = "faster-whisper float32 greedy", "faster-whisper float32 beam 5"

ENGINES = [
    Engine("onrecord greedy", ONE_BY_ONE, {"beam_size": 1}, GREEDY),
    Engine("onrecord beam 5", ONE_BY_ONE, {"beam_size": 5}, BEAM),
    Engine("onrecord batched greedy", BATCHED, {"beam_size": 1}, GREEDY),
    Engine("onrecord batched beam 5", BATCHED, {"beam_size": 5}, BEAM),
    Engine("onrecord float32 greedy", EXACT, {"beam_size": 1}, GREEDY),
    Engine("onrecord float32 beam 5", EXACT, {"beam_size": 5}, BEAM),
    # What the same batches hear without rounding.
    Engine("onrecord float32 batched greedy", EXACT_BATCHED, {"beam_size": 1}, GREEDY, heavy=True),
    Engine("onrecord float32 batched beam 5", EXACT_BATCHED, {"beam_size": 5}, BEAM, heavy=True),
    Engine(GREEDY, FASTER_WHISPER, {"peer": "faster-whisper", "compute_type": "float32", "beam_size": 1}, GREEDY),
    Engine(BEAM, FASTER_WHISPER, {"peer": "faster-whisper", "compute_type": "float32", "beam_size": 5}, BEAM),
    Engine(
        "faster-whisper int8 greedy",
        FASTER_WHISPER,
        {"peer": "faster-whisper", "compute_type": "int8", "beam_size": 1},
        GREEDY,
    ),
    Engine(
        "faster-whisper int8 beam 5",
        FASTER_WHISPER,
        {"peer": "faster-whisper", "compute_type": "int8", "beam_size": 5},
        BEAM,
    ),
    Engine(
        "faster-whisper int8 batched greedy",
        FASTER_WHISPER,
        {"peer": "faster-whisper-batched", "compute_type": "int8", "beam_size": 1},
        GREEDY,
    ),
    Engine("whisper.cpp f16 greedy", WHISPER_CPP, {"peer": "whisper.cpp", "beam_size": 1}, GREEDY),
    Engine("openai-whisper float32 greedy", OPENAI_WHISPER, {"beam_size": 1}, GREEDY, heavy=True),
    Engine("openai-whisper float32 beam 5", OPENAI_WHISPER, {"beam_size": 5}, BEAM, heavy=True),
]
