"""Grey images (binary PGM): flat shapes, a landscape of noise, a printed page."""

from collections.abc import Callable

from generator_kit import Xorshift, save_dataset

Image = list[bytearray]


def blank(width: int, height: int, grey: int) -> Image:
    return [bytearray([grey]) * width for _ in range(height)]


def shapes() -> Image:
    """Triangles, discs and rectangles over each other, in a little noise."""
    random = Xorshift(seed=501)
    image = blank(320, 240, grey=210)
    for _ in range(12):
        draw_rectangle(image, random)
        draw_disc(image, random)
        draw_triangle(image, random)
    for row in image:
        for x, grey in enumerate(row):
            row[x] = clamp(grey + random.between(-3, 3))
    return image


def draw_rectangle(image: Image, random: Xorshift) -> None:
    left, top = random.below(280), random.below(200)
    right, bottom = left + random.between(15, 70), top + random.between(15, 60)
    fill(image, random.below(256), lambda x, y: left <= x < right and top <= y < bottom)


def draw_disc(image: Image, random: Xorshift) -> None:
    centre_x, centre_y, radius = random.below(320), random.below(240), random.between(8, 35)
    fill(
        image,
        random.below(256),
        lambda x, y: (x - centre_x) ** 2 + (y - centre_y) ** 2 <= radius**2,
    )


def draw_triangle(image: Image, random: Xorshift) -> None:
    """The points on the same side of all three edges."""
    corners = [(random.below(320), random.below(240)) for _ in range(3)]
    edges = list(zip(corners, corners[1:] + corners[:1], strict=True))

    def is_inside(x: int, y: int) -> bool:
        sides = [(bx - ax) * (y - ay) - (by - ay) * (x - ax) for (ax, ay), (bx, by) in edges]
        return min(sides) >= 0 or max(sides) <= 0

    fill(image, random.below(256), is_inside)


def fill(image: Image, grey: int, is_inside: Callable[[int, int], bool]) -> None:
    for y, row in enumerate(image):
        for x in range(len(row)):
            if is_inside(x, y):
                row[x] = grey


def landscape() -> Image:
    """Hills in a flat sea: lattices, each twice as fine and half as high as the one before."""
    random = Xorshift(seed=502)
    width, height = 301, 251  # no multiples of 8: the last blocks of a DCT reach over the frame
    heights = [[0] * width for _ in range(height)]
    for cell, amplitude in ((128, 128), (64, 64), (32, 32), (16, 16), (8, 8), (4, 4)):
        add_lattice(heights, cell, amplitude, random)
    return [bytearray(map(brightness, row)) for row in heights]


def brightness(height: int) -> int:
    return clamp(128 + height) if height > -20 else 25


def add_lattice(heights: list[list[int]], cell: int, amplitude: int, random: Xorshift) -> None:
    """Heights of lattice points, interpolated linearly along both axes between them."""
    columns, rows = len(heights[0]) // cell + 2, len(heights) // cell + 2
    points = [[random.between(-amplitude, amplitude) for _ in range(columns)] for _ in range(rows)]
    for y, row in enumerate(heights):
        above, below = points[y // cell], points[y // cell + 1]
        for x in range(len(row)):
            left, right, dx, dy = x // cell, x // cell + 1, x % cell, y % cell
            upper = above[left] * (cell - dx) + above[right] * dx
            lower = below[left] * (cell - dx) + below[right] * dx
            row[x] += (upper * (cell - dy) + lower * dy) // cell**2


def page() -> Image:
    """Lines of invented letters, black on white, with soft edges as a scanner leaves them."""
    random = Xorshift(seed=503)
    image = blank(312, 240, grey=245)
    alphabet = [[random.below(32) for _ in range(7)] for _ in range(26)]
    for top in range(12, 220, 24):
        left = 14
        while left < 285:
            if random.below(6):
                draw_letter(image, left, top, alphabet[random.below(26)])
            left += 13
    return softened(image)


def draw_letter(image: Image, left: int, top: int, letter: list[int]) -> None:
    """Five by seven dots of two by two pixels."""
    for y in range(14):
        for x in range(10):
            if letter[y // 2] >> (x // 2) & 1:
                image[top + y][left + x] = 25


def softened(image: Image) -> Image:
    """Each pixel becomes the mean of itself, twice, and its right and lower neighbours."""
    shifted = [row[1:] + row[-1:] for row in image]
    return [
        bytearray((2 * here + right + below) // 4 for here, right, below in zip(*rows, strict=True))
        for rows in zip(image, shifted, image[1:] + image[-1:], strict=True)
    ]


def clamp(grey: int) -> int:
    return min(max(grey, 0), 255)


def save(alias: str, file: str, image: Image) -> None:
    header = f"P5\n{len(image[0])} {len(image)}\n255\n"
    save_dataset(alias, file, header.encode() + b"".join(image))


if __name__ == "__main__":
    save("image-shapes", "shapes.pgm", shapes())
    save("image-landscape", "landscape.pgm", landscape())
    save("image-page", "page.pgm", page())
