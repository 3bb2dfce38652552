"""How a stream of requests is read: one JSON object a line, in batches, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

import msgspec

from gwsim.errors import RequestError
from gwsim.routing.request import Request

LONGEST_LINE = 1 << 20
"""Bytes of one line of a stream; a longer one is refused without being held in memory."""
CHUNK = 1 << 17
"""Bytes that are read at a time, at most."""
SEVERAL = 1000
"""Lines that are handed on together, at most, unless something else is said."""


class Readable(Protocol):
    """What a stream of requests is read from: any buffered binary file or pipe."""

    def fileno(self) -> int:
        """Its descriptor, where it has one."""

    def read1(self, size: int, /) -> bytes:
        """Read what is there, `size` bytes at most; nothing at the end alone."""


class RequestLines(msgspec.Struct, frozen=True):
    """Lines of a stream that were read at a time."""

    first: int
    """Number of the first line, from 1."""
    text: bytes
    """Whole lines; of one that is too long, as much as tells that it is. Empty where none has ended yet."""


class RefusedRequest(msgspec.Struct, frozen=True):
    """A line of a stream that is no valid request, as the answer to it has it."""

    id: object
    error: str


def read_requests(stream: Readable) -> Iterator[Request | RefusedRequest]:
    """
    Read requests, one JSON object a line, as they come.

    A line that is no request is answered as such, and the lines after it are still read; blank lines are
    skipped, but counted. A request without an id gets its line's number, from 1.
    """
    for lines in read_lines(stream):
        yield from requests_of(lines)


def read_lines(stream: Readable, *, at_most: int = SEVERAL) -> Iterator[RequestLines]:
    """
    Read a stream as it comes: after every read, the lines that have ended by then.

    What comes of a line is kept until its end comes, but no more of it than the longest line may have.

    Args:
        at_most: lines that are handed on together; the answers to a few short ones can be long.
    """
    number = 1
    begun = bytearray()
    while chunk := stream.read1(CHUNK):
        end, last = chunk.find(b"\n"), chunk.rfind(b"\n")
        begun += chunk if end < 0 else chunk[:end]
        del begun[LONGEST_LINE + 1 :]
        if end < 0:
            yield RequestLines(number, b"")
            continue
        text = b"".join((begun, chunk[end : last + 1]))
        count = text.count(b"\n")
        if count <= at_most:
            yield RequestLines(number, text)
        else:
            yield from _parts(number, text, at_most)
        number += count
        begun = bytearray(chunk[last + 1 :])
    if begun:
        yield RequestLines(number, bytes(begun))


def _parts(number: int, text: bytes, at_most: int) -> Iterator[RequestLines]:
    lines = text.removesuffix(b"\n").split(b"\n")
    for start in range(0, len(lines), at_most):
        yield RequestLines(number + start, b"\n".join((*lines[start : start + at_most], b"")))


def requests_of(lines: RequestLines) -> Iterator[Request | RefusedRequest]:
    """Read the requests of some lines."""
    for number, line in enumerate(lines.text.split(b"\n"), lines.first):
        if len(line) > LONGEST_LINE:
            yield _refused(number, f"at most {LONGEST_LINE} bytes", "more")
        elif text := (line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line).strip(b" \t\r\n"):
            try:
                request = Request.from_json(text, number)
            except _NO_REQUEST:
                yield _careful_request(text, number)
            else:
                yield request


_NO_REQUEST = (RequestError, msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def _refused(number: int, expected: str, found: str) -> RefusedRequest:
    return RefusedRequest(number, str(RequestError("line", expected, found)))


def _careful_request(line: bytes, number: int) -> Request | RefusedRequest:
    """Read a line step by step: what is wrong with it is known, and with which id it is to be told."""
    try:
        fields = msgspec.json.decode(line)
    except msgspec.DecodeError as error:
        return _refused(number, "JSON", str(error).replace("JSON is malformed", "malformed text"))
    except UnicodeDecodeError:
        return _refused(number, "UTF-8", "other bytes")
    except RecursionError:
        return _refused(number, "JSON", "values that nest too deeply")
    if not isinstance(fields, dict):
        return _refused(number, "a JSON object", _JSON_TYPES[type(fields)])
    if fields.get("id") is None:
        fields["id"] = number
    try:
        return Request.from_dict(fields)
    except RequestError as error:
        return RefusedRequest(fields["id"], str(error))


_JSON_TYPES: Mapping[type, str] = {
    bool: "a boolean",
    float: "a number",
    int: "a number",
    list: "an array",
    str: "a string",
    type(None): "null",
}
