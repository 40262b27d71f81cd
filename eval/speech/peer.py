#!/usr/bin/env python3
"""Transcribes recordings with one peer, as its own documentation says, and writes a JSON file for each.

    peer.py faster-whisper CLIP.flac... --model MODELS/base --compute-type int8 --output-dir OUT

All peers get the same samples (decoded by PyAV, as faster-whisper does), the language and the same
temperatures, and may condition on the text before.
"""

import pathlib

from faster_whisper.audio import decode_audio

from peer_arguments import peer_parser, write_transcript


def faster_whisper(arguments):
    """One window after the other."""
    model = loaded_model(arguments)

    def transcribe(samples):
        segments, _ = model.transcribe(
            samples, language=arguments.language, beam_size=arguments.beam_size, temperature=arguments.temperatures
        )
        return [described_segment(segment) for segment in segments]

    return transcribe


def faster_whisper_batched(arguments):
    """Eight stretches of speech at a time, found by its voice detection.

    By default without times inside a stretch, and never tried again at a higher temperature.
    """
    from faster_whisper import BatchedInferencePipeline

    pipeline = BatchedInferencePipeline(loaded_model(arguments))

    def transcribe(samples):
        segments, _ = pipeline.transcribe(
            samples,
            language=arguments.language,
            beam_size=arguments.beam_size,
            temperature=arguments.temperatures,
            batch_size=8,
        )
        return [described_segment(segment) for segment in segments]

    return transcribe


def described_segment(segment):
    return {
        "start": segment.start,
        "end": segment.end,
        "text": segment.text,
        "temperature": segment.temperature,
        "compression_ratio": segment.compression_ratio,
    }


def loaded_model(arguments):
    import ctranslate2
    from faster_whisper import WhisperModel

    ctranslate2.set_random_seed(0)
    return WhisperModel(
        str(arguments.model), device="cpu", compute_type=arguments.compute_type, cpu_threads=arguments.threads
    )


def whisper_cpp(arguments):
    """Through pywhispercpp, as its package is built: AVX2, no BLAS."""
    from pywhispercpp.model import Model

    beam = {"beam_size": arguments.beam_size, "patience": 1.0}
    model = Model(
        str(arguments.model),
        params_sampling_strategy=0 if arguments.beam_size == 1 else 1,
        **({} if arguments.beam_size == 1 else {"beam_search": beam}),
        n_threads=arguments.threads,
        language=arguments.language,
        temperature_inc=arguments.temperatures[1] if len(arguments.temperatures) > 1 else 0.0,
        print_progress=False,
        redirect_whispercpp_logs_to=None,
    )

    def transcribe(samples):
        # It strips the space that begins a segment's text; times are in hundredths of a second.
        return [
            {"start": segment.t0 / 100, "end": segment.t1 / 100, "text": f" {segment.text}"}
            for segment in model.transcribe(samples)
        ]

    return transcribe


PEERS = {
    "faster-whisper": faster_whisper,
    "faster-whisper-batched": faster_whisper_batched,
    "whisper.cpp": whisper_cpp,
}


def parsed_arguments():
    parser = peer_parser(__doc__.splitlines()[0])
    parser.add_argument("peer", choices=PEERS)
    parser.add_argument("recordings", nargs="+", type=pathlib.Path)
    parser.add_argument("--compute-type", default="float32")
    return parser.parse_args()


def main():
    arguments = parsed_arguments()
    transcribe = PEERS[arguments.peer](arguments)
    for recording in arguments.recordings:
        segments = transcribe(decode_audio(str(recording), sampling_rate=16000))
        text = "".join(segment["text"] for segment in segments)
        write_transcript(arguments.output_dir, recording, text, segments)


if __name__ == "__main__":
    main()
