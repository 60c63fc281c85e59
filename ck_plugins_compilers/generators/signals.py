"""Integer samples of signals: steady tones in a little noise, and a chirp that fades in and out."""

import math

from generator_kit import Xorshift, save_dataset

SAMPLES = 4096


def tones() -> list[int]:
    random = Xorshift(seed=401)
    tones = ((3, 8000), (128, 5000), (129.5, 2500), (700, 1200), (1999, 300))
    return [
        round(sum(level * sine(cycles * time / SAMPLES) for cycles, level in tones))
        + random.between(-50, 50)
        for time in range(SAMPLES)
    ]


def chirp() -> list[int]:
    """The frequency rises linearly to four tenths of the sampling rate."""
    random = Xorshift(seed=402)
    return [
        round(12_000 * sine(time / SAMPLES / 2) * sine(0.2 * time * time / SAMPLES))
        + random.between(-9, 9)
        for time in range(SAMPLES)
    ]


def sine(turns: float) -> float:
    return math.sin(2 * math.pi * turns)


def save(alias: str, samples: list[int]) -> None:
    save_dataset(alias, "samples.txt", "".join(f"{sample}\n" for sample in samples))


if __name__ == "__main__":
    save("signal-tones", tones())
    save("signal-chirp", chirp())
