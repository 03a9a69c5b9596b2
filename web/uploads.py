"""Reading a form with a file in it: piece by piece, so that a large one is refused before it fills the memory."""

import asyncio
from dataclasses import dataclass

from aiohttp import BodyPartReader
from aiohttp import web as http
from aiohttp.http_exceptions import BadHttpMessage
from multidict import MultiDict, MultiDictProxy

from locales.characters import readable

BODY_SECONDS = 120
MOST_TEXT = 64 * 1024
# More is read than is allowed, so that the page can say that the file is too large, and show what was typed.
MOST_PASSED = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A received form: the fields, and the bytes of the file, cut to `most` + 1 bytes if it was larger."""

    fields: MultiDictProxy[str]
    content: bytes


async def sent_upload(request: http.Request, most: int) -> Upload:
    """Return the fields and the one file of a form; HTTPBadRequest if it is no such form, or not in time."""
    if not request.content_type.startswith("multipart/"):
        raise http.HTTPBadRequest
    fields: MultiDict[str] = MultiDict()
    content = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in await request.multipart():
                if not isinstance(part, BodyPartReader) or part.name is None:
                    raise http.HTTPBadRequest
                if part.filename is None:
                    fields.add(part.name, readable((await _read(part, MOST_TEXT)).decode("utf-8")))
                else:
                    content = await _read(part, most)
    except TimeoutError as error:
        raise http.HTTPRequestTimeout from error
    except (ValueError, LookupError, AssertionError, RuntimeError, BadHttpMessage, http.RequestPayloadError) as error:
        raise http.HTTPBadRequest from error
    return Upload(MultiDictProxy(fields), content)


async def _read(part: BodyPartReader, most: int) -> bytes:
    """Return the bytes of a part, at most `most` + 1; the rest is read and dropped."""
    kept, passed = bytearray(), 0
    while piece := await part.read_chunk():
        passed += len(piece)
        if passed > MOST_PASSED:
            raise http.HTTPRequestEntityTooLarge(max_size=most, actual_size=passed)
        if len(kept) <= most:
            kept += piece
    return bytes(kept[: most + 1])
