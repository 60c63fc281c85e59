"""Files to be hashed: prose-like text of few distinct words, and bytes without any order."""

from generator_kit import Xorshift, save_dataset

SIZE = 120_000
SYLLABLES = ("ka", "ro", "mi", "tel", "sun", "vi", "dor", "ne", "pha", "lu", "gor", "es")


def prose() -> str:
    """Words of one to four syllables, in lines of about seventy characters."""
    random = Xorshift(seed=901)
    lines: list[str] = []
    line = ""
    size = 0
    while size < SIZE:
        word = "".join(SYLLABLES[random.below(12)] for _ in range(random.between(1, 4)))
        line = f"{line} {word}".lstrip()
        if len(line) > 70:
            lines.append(line + "\n")
            size += len(line) + 1
            line = ""
    return "".join(lines)


def noise() -> bytes:
    random = Xorshift(seed=902)
    return bytes(random.below(256) for _ in range(SIZE))


if __name__ == "__main__":
    save_dataset("text-prose", "prose.txt", prose())
    save_dataset("bytes-noise", "noise.bin", noise())
