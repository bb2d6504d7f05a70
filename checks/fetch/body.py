"""The body of an answer, bounded by what it is when decompressed: a bomb of a few kilobytes is cut like any other."""

import zlib
from dataclasses import dataclass
from typing import Protocol

from aiohttp import ClientPayloadError, ClientResponse

_AUTO = 32 + zlib.MAX_WBITS
"""gzip or zlib, as the first octets say."""
_MOST_MEMBERS = 1_000


class BadEncoding(Exception):
    """The body is compressed in a way that was not asked for, or wrongly."""


@dataclass(frozen=True, slots=True)
class Body:
    """`cut`: there was more, or less than the server had announced."""

    octets: bytes
    cut: bool


class _Decoder(Protocol):
    @property
    def ended(self) -> bool: ...

    def feed(self, chunk: bytes, most: int) -> bytes: ...


async def read(response: ClientResponse, limit: int) -> Body:
    """Reads at most `limit` octets. Raises `BadEncoding`, and `ClientPayloadError` where it breaks before its first
    octet."""
    decoder = _decoder(response.headers.get("Content-Encoding", ""))
    octets, taken = bytearray(), 0
    try:
        async for chunk in response.content.iter_any():
            taken += len(chunk)
            octets += decoder.feed(chunk, limit + 1 - len(octets))
            # What comes in is bounded too: a compressed stream can go on for ever and hold nothing.
            if len(octets) > limit or taken > limit:
                response.close()
                return Body(bytes(octets[:limit]), cut=True)
    except ClientPayloadError:
        if not octets:
            raise
        return Body(bytes(octets), cut=True)
    return Body(bytes(octets), cut=bool(taken) and not decoder.ended)


def _decoder(header: str) -> _Decoder:
    match [name for part in header.lower().split(",") if (name := part.strip()) not in ("", "identity")]:
        case []:
            return _Plain()
        case ["gzip" | "x-gzip" | "deflate"]:
            return _Inflating()
    raise BadEncoding("compressed in a way that was not asked for")


class _Plain:
    ended = True

    def feed(self, chunk: bytes, most: int) -> bytes:
        return chunk[:most]


class _Inflating:
    """gzip (RFC 1952, with members one after the other), and deflate in both of its readings: with the zlib header as
    the standard has it, or bare as many servers do (RFC 9110 section 8.4.1.2)."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(_AUTO)
        self._first = True
        self._members = 1

    @property
    def ended(self) -> bool:
        return self._stream.eof

    def feed(self, chunk: bytes, most: int) -> bytes:
        if self._first and chunk:
            self._first = False
            if chunk[0] != 0x1F and chunk[0] & 0x0F != 8:
                self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
        made = bytearray()
        while chunk and len(made) < most:
            if self._stream.eof:
                if not chunk.startswith(b"\x1f\x8b") or self._members == _MOST_MEMBERS:
                    break  # padding after the end, as browsers see it
                self._stream, self._members = zlib.decompressobj(_AUTO), self._members + 1
            try:
                made += self._stream.decompress(chunk, most - len(made))
            except zlib.error:
                raise BadEncoding("compressed wrongly") from None
            chunk = self._stream.unconsumed_tail or self._stream.unused_data
        return bytes(made)
