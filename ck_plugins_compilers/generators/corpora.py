"""Corpora for compressors that look at statistics: words, events and records, each of few kinds."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from generator_kit import Xorshift, save_dataset

SIZE = 190_000
VOCABULARY = 3_000
LETTERS = "etaoinshrdlucmfwypvbgk"
LEVELS = ("debug", "info", "info", "info", "warning", "error")
ACTIONS = ("login", "search", "purchase", "logout", "upload", "timeout")


class Zipf:
    """Draws numbers from 0 on, of which the n-th comes about 1/n as often as the first."""

    def __init__(self, count: int, random: Xorshift) -> None:
        self._ends = list(accumulate(1_000_000 // rank for rank in range(1, count + 1)))
        self._random = random

    def draw(self) -> int:
        wanted = self._random.below(self._ends[-1])
        low, high = 0, len(self._ends) - 1
        while low < high:
            middle = (low + high) // 2
            if self._ends[middle] > wanted:
                high = middle
            else:
                low = middle + 1
        return low


def text() -> bytes:
    """Sentences of words that are as frequent as those of a language, in paragraphs."""
    random = Xorshift(seed=931)
    lengths = (2, 3, 3, 4, 5, 6, 7, 9)
    words = ["".join(letters(random, lengths[random.below(8)])) for _ in range(VOCABULARY)]
    chosen = Zipf(VOCABULARY, random)
    return joined(sentence(words, chosen, random) for _ in iter(int, 1))


def letters(random: Xorshift, count: int) -> Iterator[str]:
    """The frequent ones first: the smaller of two numbers is taken."""
    for _ in range(count):
        yield LETTERS[min(random.below(len(LETTERS)), random.below(len(LETTERS)))]


def sentence(words: Sequence[str], chosen: Zipf, random: Xorshift) -> bytes:
    count = random.between(4, 18)
    line = " ".join(words[chosen.draw()] for _ in range(count)).capitalize()
    end = (".\n\n", ".\n", ". ", ". ", ", ", "? ")[random.below(6)]
    return (line + end).encode()


def log() -> bytes:
    """Lines of JSON with rising times, few users and fewer actions."""
    random = Xorshift(seed=932)
    users = Zipf(400, random)
    return joined(events(random, users))


def events(random: Xorshift, users: Zipf) -> Iterator[bytes]:
    time = 1_700_000_000_000
    while True:
        time += random.below(3_000)
        level, action = LEVELS[random.below(6)], ACTIONS[random.below(6)]
        took = random.below(40) * random.below(40)
        yield (
            f'{{"time": {time}, "level": "{level}", "user": "u{users.draw():04}", '
            f'"action": "{action}", "took_ms": {took}}}\n'
        ).encode()


def records() -> bytes:
    """Tables of 32-byte records, samples of slow waves, and bytes without order, by turns."""
    random = Xorshift(seed=933)
    return joined(
        part for _ in iter(int, 1) for part in (table(random), wave(random), blob(random))
    )


def table(random: Xorshift) -> bytes:
    rows = bytearray()
    number = random.below(1 << 24)
    for _ in range(random.between(100, 300)):
        number += random.between(1, 9)
        amount = random.below(100) * 250
        fields = (number, amount, random.below(7), 0, amount // 5, random.below(2), 0xFFFFFFFF, 1)
        rows += b"".join(one.to_bytes(4, "little") for one in fields)
    return bytes(rows)


def wave(random: Xorshift) -> bytes:
    """16-bit samples that go up and down by small steps."""
    value, step = random.below(1 << 15), 3
    samples = bytearray()
    for _ in range(random.between(1_000, 4_000)):
        step = max(-40, min(40, step + random.between(-2, 2)))
        value = (value + step) % (1 << 16)
        samples += value.to_bytes(2, "little")
    return bytes(samples)


def blob(random: Xorshift) -> bytes:
    return bytes(random.below(256) for _ in range(random.between(200, 1_500)))


def joined(parts: Iterator[bytes]) -> bytes:
    """The first ``SIZE`` bytes of parts without end."""
    content = bytearray()
    while len(content) < SIZE:
        content += next(parts)
    return bytes(content[:SIZE])


if __name__ == "__main__":
    save_dataset("corpus-text", "corpus.txt", text())
    save_dataset("corpus-log", "corpus.jsonl", log())
    save_dataset("corpus-records", "corpus.bin", records())
