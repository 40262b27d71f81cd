#!/usr/bin/env python3
"""Transcribes recordings with openai-whisper, the reference, and writes a JSON file for each.

    peer_openai.py CLIP.flac... --model MODELS/base --output-dir OUT

It runs in an environment of its own, for it needs PyTorch, which takes several gigabytes. The weights are
those of all engines here: CTranslate2's file, its tensors given back the names of the reference.
"""

import pathlib

import numpy
import torch
import whisper

from peer_arguments import peer_parser, write_transcript
from to_ggml import dimensions, openai_tensors, read_ct2


def loaded_model(folder):
    tensors = read_ct2(folder / "model.bin")
    model = whisper.model.Whisper(whisper.model.ModelDimensions(**dimensions(tensors)))
    shapes = {name: values.shape for name, values in model.state_dict().items()}
    # Our reader keeps a convolution's bias as a column, which GGML wants.
    weights = {
        name: torch.from_numpy(numpy.array(values, numpy.float32)).reshape(shapes[name])
        for name, values in openai_tensors(tensors)
    }
    model.load_state_dict(weights)
    return model.eval()


def parsed_arguments():
    parser = peer_parser(__doc__.splitlines()[0])
    parser.add_argument("recordings", nargs="+", type=pathlib.Path)
    return parser.parse_args()


def main():
    arguments = parsed_arguments()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    model = loaded_model(arguments.model)
    beam = {} if arguments.beam_size == 1 else {"beam_size": arguments.beam_size}
    for recording in arguments.recordings:
        found = model.transcribe(
            str(recording),
            language=arguments.language,
            temperature=tuple(arguments.temperatures),
            # As its own command line has it, and as faster-whisper does.
            best_of=5,
            fp16=False,
            **beam,
        )
        write_transcript(arguments.output_dir, recording, found["text"], found["segments"])


if __name__ == "__main__":
    main()
