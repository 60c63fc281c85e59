"""A described model becomes an installation, with what programs and people need to know of it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from ck_core.domain.installation import Installation
from ck_core.domain.version import Version
from ck_plugins_datasets.facts import content_digest, plain_name
from ck_plugins_ml.models.description import Description

PLUGIN, SOFT = "ml-models", "model"
_MOST_FILES = 1_000
_UNKNOWN = "unknown: see where you have it from"


def describe(found: Description, meta: Path) -> Installation:
    """Args: meta: path of its model.json."""
    return Installation(
        name=f"{found.name} ({', '.join(filter(None, (found.format, found.precision)))})",
        product=plain_name(found.name),
        version=found.version,
        path=found.file if found.file.is_file() else meta,
        tags=_tags(found),
        environment={
            "CKP_MODEL": str(found.file),
            "CKP_MODEL_META": str(meta),
            "CKP_MODEL_LICENCE": found.licence or _UNKNOWN,
            "CKP_MODEL_SOURCE": found.source,
        },
        plugin=PLUGIN,
        soft=SOFT,
        digest=_digest(found.file, meta),
        problem="" if found.is_there else f"{meta} names {found.file.name}, which is not there",
    )


def _tags(found: Description) -> frozenset[str]:
    own = {
        "model",
        found.task,
        plain_name(found.name),
        f"format-{plain_name(found.format)}",
        *filter(None, [found.precision]),
        *([f"vocabulary-{plain_name(found.vocabulary)}"] if found.vocabulary else []),
    }
    return frozenset(own) | Version(found.version).tags


def _digest(file: Path, meta: Path) -> str:
    """Of its description, and of its own files: so many of them, and how many there are."""
    files = sorted(file.rglob("*")) if file.is_dir() else [file]
    digest = sha256(f"{content_digest(meta)} {len(files)}".encode())
    for one in files[:_MOST_FILES]:
        if one.is_file():
            digest.update(f"{one.relative_to(meta.parent)} {content_digest(one)}\n".encode())
    return f"sha256:{digest.hexdigest()}"
