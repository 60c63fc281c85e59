"""Seven images of 4 x 4 whose brightness is their class, as the dataset pack prepares them."""

import json
import pathlib

place = pathlib.Path("prepared")
place.mkdir()
described = {
    "schema": 1,
    "count": 7,
    "height": 4,
    "width": 4,
    "channels": 1,
    "labels": list(range(7)),
    "ids": [f"{n}.png" for n in range(7)],
    "vocabulary": "tens",
}
(place / "prepared.json").write_text(json.dumps(described), encoding="utf-8")
(place / "images.bin").write_bytes(b"".join(bytes([n] * 16) for n in range(7)))
