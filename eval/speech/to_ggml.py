#!/usr/bin/env python3
"""Converts a Whisper model from CTranslate2's form to the GGML file that whisper.cpp reads.

    model.bin + tokenizer.json -> tensors under openai-whisper's names -> ggml-NAME.bin

So that both peers are measured on the same weights. 16-bit floats stay as they are, bit for bit;
quantised models are refused, since GGML's blocks differ.

    to_ggml.py MODELS/base ggml-base.bin

`model.bin` (CTranslate2 `ModelSpec.save`, version 6): u32 version, string specification, u32 revision,
u32 count, then per tensor: string name, u8 rank, u32 x rank sizes, u8 type, u32 bytes, values; all
little-endian, a string being u16 length with its closing zero. The aliases that follow are not needed:
Whisper's only one says that the output projection is the token embedding, which whisper.cpp knows.

The GGML file follows `models/convert-pt-to-ggml.py` of ggml-org/whisper.cpp.
"""

import argparse
import json
import pathlib
import re
import struct

import numpy

GGML_MAGIC = 0x67676D6C
CT2_VERSION = 6
CT2_TYPES = {0: numpy.float32, 1: numpy.int8, 2: numpy.int16, 3: numpy.int32, 4: numpy.float16}

# whisper.cpp adds these to activations without a conversion, so they must be 32-bit floats.
FLOAT32_MATRICES = {
    "encoder.conv1.bias",
    "encoder.conv2.bias",
    "encoder.positional_embedding",
    "decoder.positional_embedding",
}


class Ct2Reader:
    """Walks through a `model.bin`."""

    def __init__(self, content):
        self.content, self.position = content, 0

    def unpack(self, layout):
        values = struct.unpack_from(f"<{layout}", self.content, self.position)
        self.position += struct.calcsize(f"<{layout}")
        return values

    def string(self):
        (length,) = self.unpack("H")
        (text,) = self.unpack(f"{length}s")
        return text.rstrip(b"\0").decode()

    def tensor(self):
        name = self.string()
        (rank,) = self.unpack("B")
        sizes = self.unpack(f"{rank}I")
        kind, size_bytes = self.unpack("BI")
        if kind not in CT2_TYPES:
            raise SystemExit(f"tensor `{name}`: expected a type of 0 to 4, found {kind}")
        dtype = numpy.dtype(CT2_TYPES[kind])
        values = numpy.frombuffer(self.content, dtype, size_bytes // dtype.itemsize, self.position)
        self.position += size_bytes
        return name, values.reshape(sizes)


def read_ct2(path):
    """The tensors of a `model.bin` by name."""
    reader = Ct2Reader(path.read_bytes())
    (version,) = reader.unpack("I")
    specification = reader.string()
    if version != CT2_VERSION or specification != "WhisperSpec":
        raise SystemExit(f"{path}: expected version 6 of `WhisperSpec`, found version {version} of `{specification}`")
    _revision, count = reader.unpack("II")
    tensors = dict(reader.tensor() for _ in range(count))
    quantised = next((name for name in tensors if name.endswith("/weight_scale")), None)
    if quantised:
        raise SystemExit(f"{path}: expected weights in floats, found a scale `{quantised}`")
    return tensors


def layer_count(tensors, side):
    numbered = re.compile(rf"{side}/layer_(\d+)/")
    return len({match[1] for match in map(numbered.match, tensors) if match})


def norm(tensors, ours, theirs):
    yield f"{ours}.weight", tensors[f"{theirs}/gamma"]
    yield f"{ours}.bias", tensors[f"{theirs}/beta"]


def linear(tensors, ours, theirs):
    yield f"{ours}.weight", tensors[f"{theirs}/weight"]
    yield f"{ours}.bias", tensors[f"{theirs}/bias"]


def split(tensors, ours, parts, theirs):
    """One of CTranslate2's joined projections, cut into its parts. Whisper's keys have no bias: theirs is zero."""
    weights = numpy.split(tensors[f"{theirs}/weight"], len(parts))
    biases = numpy.split(tensors[f"{theirs}/bias"], len(parts))
    for part, weight, bias in zip(parts, weights, biases):
        yield f"{ours}.{part}.weight", weight
        if part != "key":
            yield f"{ours}.{part}.bias", bias
        elif bias.any():
            raise SystemExit(f"tensor `{theirs}/bias`: expected zeros for the keys, found other values")


def layer(tensors, ours, theirs, with_cross_attention):
    yield from norm(tensors, f"{ours}.attn_ln", f"{theirs}/self_attention/layer_norm")
    yield from split(tensors, f"{ours}.attn", ("query", "key", "value"), f"{theirs}/self_attention/linear_0")
    yield from linear(tensors, f"{ours}.attn.out", f"{theirs}/self_attention/linear_1")
    if with_cross_attention:
        yield from norm(tensors, f"{ours}.cross_attn_ln", f"{theirs}/attention/layer_norm")
        yield from linear(tensors, f"{ours}.cross_attn.query", f"{theirs}/attention/linear_0")
        yield from split(tensors, f"{ours}.cross_attn", ("key", "value"), f"{theirs}/attention/linear_1")
        yield from linear(tensors, f"{ours}.cross_attn.out", f"{theirs}/attention/linear_2")
    yield from norm(tensors, f"{ours}.mlp_ln", f"{theirs}/ffn/layer_norm")
    yield from linear(tensors, f"{ours}.mlp.0", f"{theirs}/ffn/linear_0")
    yield from linear(tensors, f"{ours}.mlp.2", f"{theirs}/ffn/linear_1")


def openai_tensors(tensors):
    """Names and values as in an openai-whisper checkpoint."""
    yield "encoder.positional_embedding", tensors["encoder/position_encodings/encodings"]
    for convolution in ("conv1", "conv2"):
        yield f"encoder.{convolution}.weight", tensors[f"encoder/{convolution}/weight"]
        yield f"encoder.{convolution}.bias", tensors[f"encoder/{convolution}/bias"].reshape(-1, 1)
    for number in range(layer_count(tensors, "encoder")):
        yield from layer(tensors, f"encoder.blocks.{number}", f"encoder/layer_{number}", with_cross_attention=False)
    yield from norm(tensors, "encoder.ln_post", "encoder/layer_norm")
    yield "decoder.positional_embedding", tensors["decoder/position_encodings/encodings"]
    yield "decoder.token_embedding.weight", tensors["decoder/embeddings/weight"]
    for number in range(layer_count(tensors, "decoder")):
        yield from layer(tensors, f"decoder.blocks.{number}", f"decoder/layer_{number}", with_cross_attention=True)
    yield from norm(tensors, "decoder.ln", "decoder/layer_norm")


def dimensions(tensors):
    """What openai-whisper calls `ModelDimensions`, in the order of the GGML header."""
    vocabulary, text_state = tensors["decoder/embeddings/weight"].shape
    audio_context, audio_state = tensors["encoder/position_encodings/encodings"].shape
    return {
        "n_vocab": vocabulary,
        "n_audio_ctx": audio_context,
        "n_audio_state": audio_state,
        "n_audio_head": int(tensors["encoder/num_heads"]),
        "n_audio_layer": layer_count(tensors, "encoder"),
        "n_text_ctx": tensors["decoder/position_encodings/encodings"].shape[0],
        "n_text_state": text_state,
        "n_text_head": int(tensors["decoder/num_heads"]),
        "n_text_layer": layer_count(tensors, "decoder"),
        "n_mels": tensors["encoder/conv1/weight"].shape[1],
    }


def header(tensors):
    """The eleven numbers that open the file, after its magic; the last says that matrices are 16-bit floats."""
    return struct.pack("<I11i", GGML_MAGIC, *dimensions(tensors).values(), 1)


def mel_filters(mels, rate_hz=16_000, fft_size=400):
    """Slaney's mel filters, shape [mels, fft_size / 2 + 1], as `librosa.filters.mel` makes them."""
    breakpoint_mel, linear_hz, step = 15.0, 200.0 / 3, numpy.log(6.4) / 27.0
    highest_mel = breakpoint_mel + numpy.log(rate_hz / 2 / 1000.0) / step
    mel = numpy.linspace(0.0, highest_mel, mels + 2)
    edges_hz = numpy.where(mel < breakpoint_mel, mel * linear_hz, 1000.0 * numpy.exp(step * (mel - breakpoint_mel)))
    bins_hz = numpy.fft.rfftfreq(fft_size, 1.0 / rate_hz)
    rising = (bins_hz - edges_hz[:-2, None]) / numpy.diff(edges_hz)[:-1, None]
    falling = (edges_hz[2:, None] - bins_hz) / numpy.diff(edges_hz)[1:, None]
    triangles = numpy.maximum(0.0, numpy.minimum(rising, falling))
    return (triangles * (2.0 / (edges_hz[2:] - edges_hz[:-2]))[:, None]).astype(numpy.float32)


def byte_of_letter():
    """GPT-2's alphabet, in which `tokenizer.json` spells bytes: printable ones as they are, the rest from U+0100 on."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(0x100 + n): byte for n, byte in enumerate(others)}


def ordinary_tokens(tokenizer):
    """The bytes of each token that stands for text, in order of their numbers. whisper.cpp names the special ones."""
    special = {token["content"] for token in tokenizer["added_tokens"]}
    alphabet = byte_of_letter()
    ranked = sorted(tokenizer["model"]["vocab"].items(), key=lambda pair: pair[1])
    return [bytes(alphabet[letter] for letter in token) for token, _ in ranked if token not in special]


def stored_as_float32(name, values):
    return values.ndim < 2 or name in FLOAT32_MATRICES


def tensor_record(name, values):
    single = stored_as_float32(name, values)
    stored = numpy.ascontiguousarray(values, numpy.float32 if single else numpy.float16)
    encoded = name.encode()
    sizes = struct.pack(f"<{values.ndim}i", *reversed(values.shape))
    return struct.pack("<3i", values.ndim, len(encoded), 0 if single else 1) + sizes + encoded + stored.tobytes()


def convert(folder, output):
    tensors = read_ct2(folder / "model.bin")
    filters = mel_filters(tensors["encoder/conv1/weight"].shape[1])
    tokens = ordinary_tokens(json.loads((folder / "tokenizer.json").read_text(encoding="utf-8")))
    unfinished = output.with_suffix(".part")
    with open(unfinished, "wb") as file:
        file.write(header(tensors))
        file.write(struct.pack("<2i", *filters.shape) + filters.tobytes())
        file.write(struct.pack("<i", len(tokens)))
        file.writelines(struct.pack("<i", len(token)) + token for token in tokens)
        file.writelines(tensor_record(name, values) for name, values in openai_tensors(tensors))
    unfinished.replace(output)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path, help="holds model.bin and tokenizer.json")
    parser.add_argument("output", type=pathlib.Path)
    arguments = parser.parse_args()
    convert(arguments.folder, arguments.output)
    print(f"wrote {arguments.output}, {arguments.output.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
