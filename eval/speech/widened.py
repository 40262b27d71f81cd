#!/usr/bin/env python3
"""Makes a larger Whisper network out of a smaller one, to measure memory where larger weights can't be had.

    model.bin of `tiny.en` or `base` -> columns, heads and layers of a larger size -> a folder with a model

    widened.py MODELS/tiny.en small FOLDER               writes what is there to write nearly the same
    widened.py MODELS/base large-v3-turbo FOLDER         needs about 3 GB of memory

A column of the larger network is a copy of one of the smaller, a head a copy of a head, and what copies would
add up to is divided by how many there are (Net2WiderNet: Chen, Goodfellow, Shlens, "Net2Net", ICLR 2016); layers
beyond those of the smaller add nothing to what comes by. If each column is copied as often as any other (384 to 768),
the larger one says what the smaller says, so that decoding is as long as it would be; else (512 to 1280) the norms see
some columns more often, and it says about that. Decoder layers are never fewer than the smaller one has, so
`large-v3-turbo` has six here in place of four; spectrograms have 80 bands in place of its 128.
"""

import argparse
import pathlib
import re
import shutil
import struct

import numpy

import to_ggml

HEAD_WIDTH = 64
# Columns, layers of the encoder, layers of the decoder.
SIZES = {"small": (768, 12, 12), "medium": (1024, 24, 24), "large-v3-turbo": (1280, 32, 4), "large-v3": (1280, 32, 32)}
# The products whose result is added to what comes by.
ADDED = re.compile(r"(self_attention/linear_1|/attention/linear_2|ffn/linear_1)/(weight|bias)$")
LAYER = re.compile(r"^(encoder|decoder)/layer_(\d+)/")
NUMBER_OF_TYPE = {numpy.dtype(dtype): number for number, dtype in to_ggml.CT2_TYPES.items()}


class Widening:
    """Which column of the smaller network each of the larger one is a copy of."""

    def __init__(self, before, after):
        self.before, self.after = before, after

    def sources(self, size):
        """Of a dimension of `size`, which holds one or several times the columns: each part is widened by itself."""
        within = numpy.arange(self.after) % self.before
        return numpy.concatenate([first + within for first in range(0, size, self.before)])

    def copies(self, size):
        """How many copies there are of what each place of a widened dimension of `size` is a copy of."""
        sources = self.sources(size)
        return numpy.bincount(sources)[sources]

    def tensor(self, name, values):
        """A tensor of the larger network, in the type of the smaller's; `name` says what its dimensions are."""
        if name.endswith("num_heads"):
            return numpy.array(self.after // HEAD_WIDTH, values.dtype)
        if values.ndim == 0:
            return values
        if "embeddings/weight" in name or "encodings" in name:
            return values[:, self.sources(values.shape[1])]
        wide = values[self.sources(values.shape[0])]
        if "layer_norm" in name:
            return self.divided(wide, self.copies(values.shape[0]))
        if values.ndim == 1 or "conv1" in name:
            return wide
        columns = values.shape[1]
        wide = wide[:, self.sources(columns)]
        reads_a_norm = not ADDED.search(name) and "conv2" not in name
        if reads_a_norm:
            return wide
        copies = self.copies(columns).reshape((1, -1) + (1,) * (values.ndim - 2))
        return self.divided(wide, copies)

    @staticmethod
    def divided(values, by):
        return (values.astype(numpy.float32) / by).astype(values.dtype)


def widened(tensors, size):
    """Names and tensors of the larger network, one after the other: all at once they take gigabytes."""
    columns, *layers_after = SIZES[size]
    widening = Widening(tensors["decoder/embeddings/weight"].shape[1], columns)
    layers = {side: to_ggml.layer_count(tensors, side) for side in ("encoder", "decoder")}
    for name, values in tensors.items():
        if not LAYER.match(name):
            yield name, widening.tensor(name, values)
    for side, after in zip(layers, layers_after):
        for number in range(max(after, layers[side])):
            source = f"{side}/layer_{number % layers[side]}/"
            for name, values in tensors.items():
                if name.startswith(source):
                    wide = widening.tensor(name, values)
                    adds_nothing = number >= layers[side] and ADDED.search(name)
                    yield name.replace(source, f"{side}/layer_{number}/"), numpy.zeros_like(wide) if adds_nothing else wide


def string(text):
    encoded = text.encode() + b"\0"
    return struct.pack("<H", len(encoded)) + encoded


def record(name, values):
    sizes = struct.pack(f"<B{values.ndim}I", values.ndim, *values.shape)
    return string(name) + sizes + struct.pack("<BI", NUMBER_OF_TYPE[values.dtype], values.nbytes) + values.tobytes()


def write(path, tensors):
    """As `to_ggml.read_ct2` reads it; the closing alias says that the vocabulary's product is the embedding."""
    count = 0
    with open(path, "wb") as file:
        file.write(struct.pack("<I", to_ggml.CT2_VERSION) + string("WhisperSpec"))
        place = file.tell() + 4
        file.write(struct.pack("<II", 3, 0))
        for name, values in tensors:
            file.write(record(name, values))
            count += 1
        file.write(struct.pack("<I", 1) + string("decoder/projection/weight") + string("decoder/embeddings/weight"))
        file.seek(place)
        file.write(struct.pack("<I", count))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=pathlib.Path, help="folder of the smaller model")
    parser.add_argument("size", choices=sorted(SIZES))
    parser.add_argument("folder", type=pathlib.Path, help="where to write the larger one")
    arguments = parser.parse_args()
    tensors = to_ggml.read_ct2(arguments.model / "model.bin")
    before = tensors["decoder/embeddings/weight"].shape[1]
    if before > SIZES[arguments.size][0]:
        raise SystemExit(f"{arguments.model}: expected at most {SIZES[arguments.size][0]} columns, found {before}")
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for companion in ("config.json", "tokenizer.json", "vocabulary.json", "vocabulary.txt"):
        if (arguments.model / companion).exists():
            shutil.copy(arguments.model / companion, arguments.folder)
    write(arguments.folder / "model.bin", widened(tensors, arguments.size))
    print(f"wrote {arguments.folder}, {(arguments.folder / 'model.bin').stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
