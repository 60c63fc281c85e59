"""Files to hash, to compress and to search: texts with their patterns, and bytes without order."""

from collections.abc import Iterable, Iterator, Sequence

from generator_kit import Xorshift, save_dataset

SIZE = 120_000
GENOME_SIZE = 105_000  # lz makes less than 50 kB of it
SYLLABLES = ("ka", "ro", "mi", "tel", "sun", "vi", "dor", "ne", "pha", "lu", "gor", "es")
BASES = "acgt"
EVENTS = (
    "request served from the cache",
    "request forwarded to a worker",
    "connection closed by the client",
    "retry after a timeout",
    "disk nearly full",
)


def prose(size: int = SIZE) -> str:
    """Words of one to four syllables, in lines of about seventy characters."""
    random = Xorshift(seed=901)
    lines: list[str] = []
    line = ""
    written = 0
    while written < size:
        word = "".join(SYLLABLES[random.below(12)] for _ in range(random.between(1, 4)))
        line = f"{line} {word}".lstrip()
        if len(line) > 70:
            lines.append(line + "\n")
            written += len(line) + 1
            line = ""
    return "".join(lines)


def noise() -> bytes:
    random = Xorshift(seed=902)
    return bytes(random.below(256) for _ in range(SIZE))


def genome(size: int = GENOME_SIZE) -> str:
    """Four letters without line ends; a third of it repeats earlier stretches with mutations."""
    random = Xorshift(seed=903)
    letters: list[str] = []
    while len(letters) < size:
        length = random.between(50, 500)
        if letters and random.below(3) == 0:
            start = random.below(len(letters))
            letters += [mutated(letter, random) for letter in letters[start : start + length]]
        else:
            letters += [BASES[random.below(4)] for _ in range(length)]
    return "".join(letters[:size])


def mutated(letter: str, random: Xorshift) -> str:
    return BASES[random.below(4)] if random.below(50) == 0 else letter


def log(size: int = SIZE) -> str:
    """Lines that differ in their times and numbers only."""
    random = Xorshift(seed=904)
    lines: list[str] = []
    second = written = 0
    while written < size:
        second += random.below(4)
        event = EVENTS[random.below(len(EVENTS))]
        line = f"{clock(second)} host-{random.below(12):02} {event}, {random.below(5000)} ms\n"
        lines.append(line)
        written += len(line)
    return "".join(lines)


def clock(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


def mixture(size: int = SIZE) -> bytes:
    """Noise, runs of one byte and short periods by turns, so that matches overlap themselves."""
    random = Xorshift(seed=905)
    content = bytearray()
    while len(content) < size:
        stretch = random.between(100, 900)
        period = (1, 2, 3, 7, stretch)[random.below(5)]
        pattern = bytes(random.below(256) for _ in range(period))
        content += (pattern * stretch)[:stretch]
    return bytes(content[:size])


def search_patterns(text: str, lengths: Sequence[int], seed: int) -> Iterator[str]:
    """For each length a piece of a line, and its letters shuffled, which are hardly in the text."""
    random = Xorshift(seed)
    lines = text.splitlines()
    for length in lengths:
        line = lines[random.below(len(lines))]
        start = random.below(len(line) - length)
        letters = list(line[start : start + length])
        yield "".join(letters).strip()
        random.shuffle(letters)
        yield "".join(letters).strip()


def save_text(alias: str, file: str, text: str, patterns: Iterable[str]) -> None:
    save_dataset(alias, file, text)
    save_dataset(alias, "patterns.txt", "".join(pattern + "\n" for pattern in patterns))


def save_texts() -> None:
    text = prose()
    save_text("text-prose", "prose.txt", text, search_patterns(text, (2, 4, 6, 9, 14, 30), 911))
    text = genome()
    overlapping = ("a", "aaa", "acaca")
    patterns = (*search_patterns(text, (8, 12, 40), 912), *overlapping)
    save_text("text-genome", "genome.txt", text, patterns)
    text = log()
    save_text("text-log", "log.txt", text, search_patterns(text, (3, 8, 16, 24, 35), 913))


if __name__ == "__main__":
    save_texts()
    save_dataset("bytes-noise", "noise.bin", noise())
    save_dataset("bytes-mixture", "mixture.bin", mixture())
