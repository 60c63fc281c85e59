"""Sudoku puzzles with one solution each: some that need no guess, some with no clue to spare.

A puzzle is a line of 81 characters, row by row, with a dot for an empty cell.
"""

from collections.abc import Callable

from generator_kit import Xorshift, save_dataset

CELLS = range(81)
ALL_DIGITS = 0b111111111
ROWS = [[9 * row + column for column in range(9)] for row in range(9)]
COLUMNS = [[9 * row + column for row in range(9)] for column in range(9)]
BOXES = [
    [9 * (top + row) + left + column for row in range(3) for column in range(3)]
    for top in (0, 3, 6)
    for left in (0, 3, 6)
]
UNITS = ROWS + COLUMNS + BOXES
UNITS_OF = [[unit for unit in UNITS if cell in unit] for cell in CELLS]
PEERS = [sorted({peer for unit in UNITS_OF[cell] for peer in unit} - {cell}) for cell in CELLS]

Grid = list[int]  # one bit per digit that a cell may still hold


def is_single(candidates: int) -> bool:
    return candidates & (candidates - 1) == 0


def place(grid: Grid, cell: int, digit: int) -> bool:
    """Put a digit (a bit) into a cell and follow the singles that leaves; False: impossible."""
    todo = [(cell, digit)]
    while todo:
        cell, digit = todo.pop()
        if not grid[cell] & digit:
            return False
        grid[cell] = digit
        for peer in PEERS[cell]:
            if grid[peer] & digit:
                grid[peer] &= ~digit
                if not grid[peer]:
                    return False
                if is_single(grid[peer]):
                    todo.append((peer, grid[peer]))
    return True


def with_clues(clues: dict[int, int]) -> Grid:
    grid = [ALL_DIGITS] * 81
    for cell, digit in clues.items():
        place(grid, cell, digit)
    return grid


def fewest_candidates(grid: Grid) -> int | None:
    open_cells = [cell for cell in CELLS if not is_single(grid[cell])]
    return min(open_cells, key=lambda cell: grid[cell].bit_count(), default=None)


def count_solutions(grid: Grid, limit: int) -> int:
    cell = fewest_candidates(grid)
    if cell is None:
        return 1
    found = 0
    for digit in (1 << k for k in range(9)):
        attempt = grid.copy()
        if grid[cell] & digit and place(attempt, cell, digit):
            found += count_solutions(attempt, limit - found)
        if found >= limit:
            break
    return found


def has_one_solution(clues: dict[int, int]) -> bool:
    return count_solutions(with_clues(clues), limit=2) == 1


def needs_no_guess(clues: dict[int, int]) -> bool:
    """Whether cells with one candidate, and digits with one place in a unit, lead to the end."""
    grid = with_clues(clues)
    while any(place_hidden_single(grid, unit) for unit in UNITS):
        pass
    return all(map(is_single, grid))


def place_hidden_single(grid: Grid, unit: list[int]) -> bool:
    for digit in (1 << k for k in range(9)):
        places = [cell for cell in unit if grid[cell] & digit]
        if len(places) == 1 and not is_single(grid[places[0]]):
            return place(grid, places[0], digit)
    return False


def solved_grid(random: Xorshift) -> Grid:
    """A pattern of shifted rows with its digits, rows and columns shuffled."""
    digits = [1 << k for k in range(9)]
    random.shuffle(digits)
    rows, columns = shuffled_lines(random), shuffled_lines(random)
    return [digits[(3 * row + row // 3 + column) % 9] for row in rows for column in columns]


def shuffled_lines(random: Xorshift) -> list[int]:
    bands = [[0, 1, 2], [3, 4, 5], [6, 7, 8]]
    random.shuffle(bands)
    for band in bands:
        random.shuffle(band)
    return [line for band in bands for line in band]


def puzzle(random: Xorshift, acceptable: Callable[[dict[int, int]], bool]) -> str:
    """Take away clue after clue, each unless the rest would not be acceptable."""
    clues = dict(enumerate(solved_grid(random)))
    order = list(CELLS)
    random.shuffle(order)
    for cell in order:
        fewer = {other: digit for other, digit in clues.items() if other != cell}
        if acceptable(fewer):
            clues = fewer
    return "".join(str(clues[cell].bit_length()) if cell in clues else "." for cell in CELLS)


def save(alias: str, puzzles: list[str]) -> None:
    save_dataset(alias, "puzzles.txt", "".join(line + "\n" for line in puzzles))


if __name__ == "__main__":
    random = Xorshift(seed=801)
    save("sudoku-singles", [puzzle(random, needs_no_guess) for _ in range(60)])
    save("sudoku-minimal", [puzzle(random, has_one_solution) for _ in range(40)])
