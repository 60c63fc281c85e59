"""Lists of integers for sorting: random, nearly sorted, and with few distinct values in waves."""

from generator_kit import Xorshift, save_dataset

COUNT = 15_000
COUNT_NEARLY_SORTED = 20_000


def random_numbers() -> list[int]:
    random = Xorshift(seed=101)
    return [random.between(-(10**7), 10**7) for _ in range(COUNT)]


def nearly_sorted_numbers() -> list[int]:
    """Ascending except that every twentieth number or so has changed places with one nearby."""
    random = Xorshift(seed=102)
    numbers = [7 * index + random.below(7) for index in range(COUNT_NEARLY_SORTED)]
    for _ in range(COUNT_NEARLY_SORTED // 20):
        here = random.below(COUNT_NEARLY_SORTED - 50)
        there = here + random.between(1, 49)
        numbers[here], numbers[there] = numbers[there], numbers[here]
    return numbers


def wave_numbers() -> list[int]:
    """Up and down again and again over forty values: careless pivots stumble over it."""
    random = Xorshift(seed=103)
    wave = [abs(index % 78 - 39) for index in range(COUNT)]
    return [number if random.below(16) else random.below(40) for number in wave]


def save(alias: str, numbers: list[int]) -> None:
    save_dataset(alias, "numbers.txt", "".join(f"{number}\n" for number in numbers))


if __name__ == "__main__":
    save("numbers-random", random_numbers())
    save("numbers-nearly-sorted", nearly_sorted_numbers())
    save("numbers-waves", wave_numbers())
