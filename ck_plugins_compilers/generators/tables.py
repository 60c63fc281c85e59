"""CSV tables: one of plain numbers, and one whose cells need every quoting rule of RFC 4180."""

from generator_kit import Xorshift, save_dataset

ORDERS = 2_600
NOTES = 900
REGIONS = ("north", "east", "south", "west", "overseas")
PHRASES = (
    "call back on Monday",
    'the customer said "never again"',
    "red, blue, green",
    "first line\nsecond line",
    "größer als erwartet",
    "",
    '"',
    "left, right\r\nand centre",
    "a plain remark without anything special in it",
    ",",
    "42",
    "-7",
)


def orders() -> list[list[str]]:
    random = Xorshift(seed=301)
    rows = [["order", "day", "customer", "region", "quantity", "price_cents", "discount_cents"]]
    for order in range(1, ORDERS + 1):
        price = random.between(99, 250_000)
        discount = str(-random.below(price)) if random.below(3) == 0 else ""
        region = REGIONS[random.below(len(REGIONS))]
        day, customer, quantity = random.between(1, 365), random.below(700), random.between(1, 40)
        rows.append(list(map(str, (order, day, customer, region, quantity, price, discount))))
    return rows


def notes() -> list[list[str]]:
    random = Xorshift(seed=302)
    rows = [["id", 'short "title"', "remark,\nlonger", "answer", "priority"]]
    for note in range(1, NOTES + 1):
        texts = [PHRASES[random.below(len(PHRASES))] for _ in range(4)]
        remark = " - ".join(texts[:2]) * random.between(1, 3)
        rows.append([str(note), texts[2], remark, texts[3], str(random.between(-3, 3))])
    return rows


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def quoted_if_needed(cell: str) -> str:
    return quoted(cell) if set(cell) & set('",\r\n') else cell


if __name__ == "__main__":
    lines = [",".join(map(quoted_if_needed, row)) + "\n" for row in orders()]
    save_dataset("table-orders", "orders.csv", "".join(lines))
    # No line break after the last record: RFC 4180 makes it optional.
    lines = [",".join(map(quoted, row)) for row in notes()]
    save_dataset("table-notes", "notes.csv", "\r\n".join(lines))
