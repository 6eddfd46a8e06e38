"""What a service may send at most: how much, how deep, which numbers, and how long it may keep somebody waiting."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from functools import partial
import json
from math import isfinite
import re
from typing import Any, Final
from urllib.parse import quote

from aiohttp import ClientResponse

from ..model.message import Message, MessageError, plain, say

MAX_BODY_BYTES: Final = 2_000_000
MAX_WAIT_S: Final = 3600.0
"""How long a service may ask to be left alone."""

_CHUNK_BYTES = 65_536
_REASON_BYTES = 1_000
_LONGEST_WHOLE_NUMBER = 18
_SHORTEST_SECRET = 4
"""Shorter ones are parts of words."""


class TooLargeError(MessageError, ValueError):
    """A body is larger than any answer that is asked for."""


def unreachable(service: str, err: Exception) -> Message:
    """Return that a service cannot be reached; the text of the error may hold the address, so its kind is told."""
    return say("problem.service_unreachable", plain(type(err).__name__), service=service)


def in_trouble(service: str, status: int) -> Message:
    """Return that a service answers with an error of its own."""
    return say("problem.service_in_trouble", http(status), service=service)


def refused(service: str, *why: Message) -> Message:
    """Return that a service refuses a request."""
    return say("problem.service_refuses", *why, service=service)


def rate_limited(service: str, *why: Message) -> Message:
    """Return that a service takes no more requests."""
    return say("problem.service_rate_limited", *why, service=service)


def too_late(service: str) -> Message:
    """Return that a service did not answer in time."""
    return say("problem.service_too_late", service=service)


def unusable(service: str, why: Message) -> Message:
    """Return that an answer says nothing that can be used."""
    return say("problem.service_unusable", why, service=service)


def missing(name: str) -> Message:
    """Return that a value is missing in an answer."""
    return say("problem.answer_without", name=name)


def impossible(name: str, value: float) -> Message:
    """Return that a value in an answer cannot be."""
    return say("problem.answer_impossible", name=name, value=f"{value:g}")


def not_json() -> Message:
    """Return that an answer is no JSON."""
    return say("problem.answer_not_json")


def too_many_rows(most: int) -> Message:
    """Return that an answer is longer than any that is asked for."""
    return say("problem.answer_too_long", most=most)


def http(status: int) -> Message:
    """Return a status as it is known."""
    return say("problem.http_status", status=status)


async def read_json[T](response: ClientResponse, parse_fn: Callable[[Any], T]) -> T:
    """Return what `parse_fn` makes of a body, in the executor: thousands of rows would hold the event loop up.

    Raises `TooLargeError`, `ValueError` for what is not JSON, and what `parse_fn` and aiohttp raise.
    """
    body = await _read(response, MAX_BODY_BYTES)
    if len(body) > MAX_BODY_BYTES:
        raise TooLargeError(say("problem.answer_too_large", megabytes=MAX_BODY_BYTES / 1e6))
    return await asyncio.get_running_loop().run_in_executor(None, lambda: parse_fn(_loads(body)))


async def read_reason(response: ClientResponse, length: int, secrets: Iterable[str | None]) -> str:
    """Return the beginning of a refusal's body, as `reason_of` does."""
    body = await _read(response, _REASON_BYTES)
    return reason_of(body[:_REASON_BYTES].decode(errors="replace"), length, secrets)


def reason_of(said: object, length: int, secrets: Iterable[str | None]) -> str:
    """Return the beginning of what a service says, on one line, to show: without the secrets that it was sent."""
    text = " ".join(str(said).split())
    for secret in secrets:
        if secret and len(secret) >= _SHORTEST_SECRET:
            text = re.sub(f"{re.escape(secret)}|{re.escape(quote(secret, safe=''))}", "…", text, flags=re.IGNORECASE)
    return text[:length].rstrip(".")


def wait_s(headers: Mapping[str, str], name: str) -> float | None:
    """Return the seconds that a header names, an hour at most; None where it names none."""
    number = header_number(headers, name)
    return None if number is None else min(number, MAX_WAIT_S)


def header_number(headers: Mapping[str, str], name: str) -> float | None:
    """Return a number of 0 or more from a header; None where it holds none."""
    try:
        number = float(headers[name])
    except KeyError, ValueError:
        return None
    return number if isfinite(number) and number >= 0 else None


async def _read(response: ClientResponse, max_bytes: int) -> bytes:
    """Return the body, or a little more than `max_bytes` of it."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
        body += chunk
        if len(body) > max_bytes:
            # What is left would be read to its end before the connection is used again.
            response.close()
            break
    return bytes(body)


def _whole_number(text: str) -> int | float:
    """Return a whole number; one with hundreds of digits as infinity, which no field takes."""
    return int(text) if len(text) <= _LONGEST_WHOLE_NUMBER else float(text)


def _loads(body: bytes) -> Any:
    try:
        return _decode(body)
    except RecursionError:
        raise ValueError from None


_decode = partial(json.loads, parse_int=_whole_number)
