"""Pairs of matrices to multiply, given by their shape and the seed of their entries."""

from generator_kit import save_dataset


def save(alias: str, **numbers: int) -> None:
    save_dataset(
        alias, "pair.txt", "".join(f"{name} {number}\n" for name, number in numbers.items())
    )


if __name__ == "__main__":
    save("matrices-square", rows=224, inner=224, columns=224, seed=601, band=224)
    save("matrices-slender", rows=450, inner=60, columns=470, seed=602, band=470)
    save("matrices-banded", rows=230, inner=260, columns=190, seed=603, band=12)
