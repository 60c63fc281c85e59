"""Who a compiler says it is: what ``--version`` prints, as text."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = r"(?P<version>\d+(?:\.\d+)*)"
_LLVM_BASE = re.compile(r"based on LLVM (?P<version>\d[\w.]*\d|\d)")
_TARGET = re.compile(r"^Target:\s*(\S+)", re.MULTILINE)
_INSTALLED = re.compile(r"^InstalledDir:\s*(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Banner:
    """What a compiler tells about itself.

    Attributes:
        family: whose options it takes: ``gcc``, ``clang``, ``flang``, ``icc``, ``nvhpc``, ...
        vendor: whose build it is: ``gnu``, ``llvm``, ``apple``, ``amd``, ``arm``, ...
        version: the vendor's own product version.
        llvm_version: the LLVM it says to be based on.
        target: the line ``Target:``, as printed.
        distributor: e.g. ``Debian 12.2.0-14+deb12u1``.
    """

    family: str
    vendor: str
    version: str
    llvm_version: str | None = None
    target: str | None = None
    installed_dir: str | None = None
    distributor: str | None = None


# In this order: who builds on clang comes before plain clang, icc's remark before its name.
_PATTERNS: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (family, vendor, re.compile(pattern, re.MULTILINE))
    for family, vendor, pattern in (
        ("clang", "apple", rf"^Apple (?:clang|LLVM) version {_NUMBER}"),
        (
            "clang",
            "amd",
            r"^AMD clang version .*(?:\(version is |AOCC_)(?P<version>\d+[._]\d+[._]\d+)",
        ),
        ("clang", "amd", rf"^AMD clang version {_NUMBER}"),
        ("clang", "cray", rf"^Cray clang version {_NUMBER}"),
        ("clang", "arm", rf"^Arm C/C\+\+/Fortran Compiler version {_NUMBER}"),
        ("icx", "intel", rf"^Intel\(R\) oneAPI DPC\+\+(?:/C\+\+)? Compiler {_NUMBER}"),
        ("icx", "intel", rf"^(?:icx|icpx|dpcpp) \(ICX\) {_NUMBER}"),
        ("ifx", "intel", rf"^ifx \((?:IFX|IFORT)\) {_NUMBER}"),
        ("ifort", "intel", rf"^ifort \(IFORT\) {_NUMBER}"),
        ("icc", "intel", rf"^(?:icc|icpc) \(ICC\) {_NUMBER}"),
        ("nvhpc", "nvidia", r"^nv(?:c|c\+\+|fortran) (?P<version>\d+\.\d+)"),
        ("pgi", "nvidia", r"^pg(?:cc|c\+\+|fortran)(?:-llvm)? (?P<version>\d+\.\d+)"),
        ("cray-classic", "cray", rf"^Cray (?:C|C\+\+|Fortran) : Version {_NUMBER}"),
        ("fujitsu", "fujitsu", rf"^(?:fcc|FCC|frt) \(\w+\) {_NUMBER}"),
        ("nag", "nag", rf"^NAG Fortran Compiler Release {_NUMBER}"),
        ("xl", "ibm", rf"^IBM XL (?:C/C\+\+|Fortran) for \w+, V{_NUMBER}"),
        ("tcc", "tcc", rf"^tcc version {_NUMBER}"),
        ("clang", "android", rf"^Android \([^\n]*\) clang version {_NUMBER}"),
        ("flang", "llvm", rf"^(?:(?P<distributor>\w+) )?flang(?:-new)? version {_NUMBER}"),
        ("clang", "llvm", rf"^(?:(?P<distributor>\w+) )?clang version {_NUMBER}"),
        ("javac", "openjdk", r"^javac (?P<version>\d+(?:[._]\d+)*)"),
        ("java", "openjdk", r'^(?:openjdk|java) version "(?P<version>\d+(?:[._]\d+)*)'),
        ("java", "openjdk", rf"^openjdk {_NUMBER}"),
        ("python", "python", r"^Python (?P<version>\d+(?:\.\d+)*(?:(?:a|b|rc)\d+)?)"),
        ("gcc", "cray", rf"^\S+ \([^()]*\) {_NUMBER} \d{{8}} \(Cray Inc\.\)"),
        ("gcc", "gnu", rf"^GNU Fortran \((?P<distributor>[^()]*)\) {_NUMBER}"),
        # Red Hat, SUSE and crosstool builds nest or repeat versions: the one behind ")" counts.
        (
            "gcc",
            "gnu",
            r"^\S*(?:gcc|g\+\+|cc|c\+\+)\S* \((?P<distributor>[^\n]*?)\) "
            rf"{_NUMBER}(?:-\w+)?(?: |$)",
        ),
    )
)


def parse_banner(text: str) -> Banner | None:
    """The compiler a banner names, wherever in the text it stands; None when unknown."""
    for family, vendor, pattern in _PATTERNS:
        if match := pattern.search(text):
            return _banner(family, vendor, match, text)
    return None


def _banner(family: str, vendor: str, match: re.Match[str], text: str) -> Banner:
    installed = _first(_INSTALLED, text)
    base = _LLVM_BASE.search(text)
    version = match["version"]
    return Banner(
        family=family,
        vendor="zig" if vendor == "llvm" and "ziglang" in (installed or "") else vendor,
        version=version.replace("_", ".") if vendor == "amd" else version,
        llvm_version=base["version"] if base else None,
        target=_first(_TARGET, text),
        installed_dir=installed,
        distributor=match.groupdict().get("distributor"),
    )


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match[1] if match else None
