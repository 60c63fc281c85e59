"""The contents of one member, in parts of limited size whatever a stranger has packed.

Not by zipfile's reader: for bzip2 and LZMA it holds all that 4 KiB unpack to, gigabytes.
"""

from __future__ import annotations

import bz2
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Protocol

from ck_core.system.archives.members import Archive, Member, bad_member

_PART_BYTES = 1 << 16
_LZMA_HEADER = struct.Struct("<4xBI")
_LARGEST_DICTIONARY = 1 << 28


class _Decoder(Protocol):
    """What bz2's and lzma's decoders share; they give no more than they are asked for."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Inflate:
    def __init__(self) -> None:
        self._decoder = zlib.decompressobj(-zlib.MAX_WBITS)
        self._is_full = False

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    @property
    def needs_input(self) -> bool:
        return not self._is_full and not self._decoder.unconsumed_tail

    def decompress(self, data: bytes, max_length: int) -> bytes:
        part = self._decoder.decompress(self._decoder.unconsumed_tail + data, max_length)
        self._is_full = len(part) == max_length
        return part


def content(stream: Archive, member: Member) -> Iterator[bytes]:
    """Raises BadZipFile for damaged data; whether it is all there is for the caller to see."""
    decoder: _Decoder
    begin = member.begin
    match member.info.compress_type:
        case zipfile.ZIP_STORED:
            return _packed(stream, begin, member.end)
        case zipfile.ZIP_BZIP2:
            decoder = bz2.BZ2Decompressor()
        case zipfile.ZIP_LZMA:
            decoder = _lzma_decoder(stream, member)
            begin += _LZMA_HEADER.size
        case _:
            decoder = _Inflate()
    return _decoded(member, decoder, _packed(stream, begin, member.end))


def damaged(member: Member, problem: object) -> zipfile.BadZipFile:
    """The error for content that is not what was packed."""
    return bad_member(member.path, f"is damaged: {problem}")


def _packed(stream: Archive, begin: int, end: int) -> Iterator[bytes]:
    stream.seek(begin)
    while begin < end and (part := stream.read(min(_PART_BYTES, end - begin))):
        begin += len(part)
        yield part


def _decoded(member: Member, decoder: _Decoder, packed: Iterator[bytes]) -> Iterator[bytes]:
    while not decoder.eof:
        data = next(packed, b"") if decoder.needs_input else b""
        if not data and decoder.needs_input:
            return
        try:
            part = decoder.decompress(data, _PART_BYTES)
        except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError) as error:
            raise damaged(member, error) from error  # an OSError is bz2's for bad data
        yield part


def _lzma_decoder(stream: Archive, member: Member) -> lzma.LZMADecompressor:
    """The dictionary is no larger than the member: it would take that memory at once."""
    stream.seek(member.begin)
    try:
        numbers, dictionary = _LZMA_HEADER.unpack(stream.read(_LZMA_HEADER.size))
        dictionary = min(dictionary, member.info.file_size, _LARGEST_DICTIONARY)
        lzma1 = {
            "id": lzma.FILTER_LZMA1,
            "dict_size": max(dictionary, 1 << 12),
            "lc": numbers % 9,
            "lp": numbers // 9 % 5,
            "pb": numbers // 45,
        }
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[lzma1])
    except (struct.error, ValueError, lzma.LZMAError) as error:
        raise damaged(member, error) from error
