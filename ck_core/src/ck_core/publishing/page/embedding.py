"""Values as JSON inside a script element."""

from __future__ import annotations

import json


def script_json(value: object) -> str:
    """JSON that ends no script element and begins no comment, whatever its texts are."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
