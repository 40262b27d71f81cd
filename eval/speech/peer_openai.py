#!/usr/bin/env python3
"""Transcribes recordings with openai-whisper, the reference, and writes a JSON file for each.

    peer_openai.py CLIP.flac... --model MODELS/base --output-dir OUT

It runs in an environment of its own, for it needs PyTorch, which takes several gigabytes. The weights are
those of all engines here: CTranslate2's file, its tensors given back the names of the reference.
"""

import argparse
import json
import pathlib

import numpy
import torch
import whisper

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


def numbers(text):
    return tuple(float(number) for number in text.split(","))


def parsed_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recordings", nargs="+", type=pathlib.Path)
    parser.add_argument("--model", type=pathlib.Path, required=True)
    parser.add_argument("--beam-size", type=int, default=1)
    parser.add_argument("--temperatures", type=numbers, default=(0.0,), metavar="0,0.2,...")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--language", default="en")
    parser.add_argument("--output-dir", type=pathlib.Path, required=True)
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
            temperature=arguments.temperatures,
            # As its own command line has it, and as faster-whisper does.
            best_of=5,
            fp16=False,
            **beam,
        )
        kept = {"text": found["text"], "segments": found["segments"]}
        output = arguments.output_dir / f"{recording.stem}.json"
        output.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
