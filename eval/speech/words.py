"""Counts words: how many are wrong, how many differ, after the spelling that the field agrees on.

Both sides go through Whisper's English normaliser (case, punctuation, numbers, British and American
spelling), as in the published word error rates.
"""

import functools

from whisper_normalizer.english import EnglishTextNormalizer


@functools.cache
def normaliser():
    return EnglishTextNormalizer()


def words_of(text):
    return normaliser()(text).split()


def edits(left, right):
    """The fewest words to insert, remove or replace that turn `left` into `right` (Levenshtein)."""
    row = list(range(len(right) + 1))
    for place, word in enumerate(left, 1):
        above, row = row, [place]
        for other_place, other in enumerate(right, 1):
            replaced = above[other_place - 1] + (word != other)
            row.append(min(replaced, above[other_place] + 1, row[-1] + 1))
    return row[-1]


class Count:
    """Words that disagree, out of how many expected ones."""

    def __init__(self, disagreeing, expected):
        self.disagreeing, self.expected = disagreeing, expected

    @property
    def percent(self):
        return 100.0 * self.disagreeing / max(1, self.expected)


def disagreement(expected_of_clip, heard_of_clip):
    """Compares the texts of the same clips; a clip that was not heard counts as empty."""
    disagreeing = expected = 0
    for clip, text in expected_of_clip.items():
        words = words_of(text)
        expected += len(words)
        disagreeing += edits(words, words_of(heard_of_clip.get(clip, "")))
    return Count(disagreeing, expected)
