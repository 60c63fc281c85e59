"""Points of any content that the types allow."""

from __future__ import annotations

from hypothesis import strategies as st

from ck_core.domain.metric import Metric
from ck_core.domain.point import STAGES, Point, RecordedBuild, RecordedComponent, Resolved
from ck_core.domain.source import Source

texts = st.text(st.characters(blacklist_categories=["Cs"]), max_size=8)
raw_texts = st.text(max_size=4)
"""With halves of surrogate pairs, as a command line of bytes has."""
floats = st.floats(allow_nan=False, allow_infinity=False)
scalars = st.one_of(texts, floats, st.booleans(), st.integers(-(2**80), 2**80))
names = st.one_of(st.sampled_from(["compiler", "wall_s", "env.N", "cpu"]), texts)
uids = st.integers(0, 2**64 - 1).map("{:016x}".format)
scalar_maps = st.dictionaries(names, scalars, max_size=4)
text_maps = st.dictionaries(texts, texts, max_size=2)

sources = st.builds(Source, repo=texts, commit=texts, modified=st.booleans())
components = st.builds(RecordedComponent, cid=texts, uid=uids, source=sources, digest=texts)
resolved = st.builds(
    Resolved,
    key=texts,
    product=texts,
    version=texts,
    target=texts,
    origin=texts,
    package=texts,
    digest=texts,
    path=raw_texts,
    plugin_release=texts,
    made_with=text_maps,
)
builds = st.builds(
    RecordedBuild,
    flags=st.lists(texts, max_size=2).map(tuple),
    size_bytes=st.integers(0, 2**62),
    digest=texts,
)
optional_floats = st.none() | floats


@st.composite
def metric_maps(draw: st.DrawFn) -> dict[str, Metric]:
    found = draw(st.lists(names, max_size=3, unique=True))
    values = optional_floats | st.booleans() | st.integers(-(2**60), 2**60)
    return {
        name: Metric(
            name=name,
            value=draw(values),
            low=draw(optional_floats),
            high=draw(optional_floats),
            detail=draw(texts),
        )
        for name in found
    }


points = st.builds(
    Point,
    uid=uids,
    recorded_at=texts,
    program=components,
    command=texts,
    dataset=st.none() | components,
    status=st.sampled_from(["ok", "failed"]),
    stage=st.sampled_from(["", *STAGES]),
    error=texts,
    correct=st.none() | st.booleans(),
    choices=scalar_maps,
    features=scalar_maps,
    characteristics=st.dictionaries(names, st.lists(floats, max_size=3).map(tuple), max_size=2),
    metrics=metric_maps(),
    resolved=st.lists(resolved, max_size=2).map(tuple),
    build=st.none() | builds,
    plugins=text_maps,
    ckp=texts,
    command_line=st.lists(raw_texts, max_size=2).map(tuple),
    seed=st.none() | st.integers(-(2**63), 2**63 - 1),
    place=st.none() | st.integers(0, 2**62),
    emulated_by=texts,
    replay_of=st.just("") | uids,
    notes=st.lists(texts, max_size=2).map(tuple),
    extra=st.dictionaries(st.sampled_from(["new", "newer"]), scalars | st.just({"a": [1]})),
)
