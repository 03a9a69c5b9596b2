"""Rendering pages, and reading what their forms send."""

import asyncio
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from aiohttp import BodyPartReader
from aiohttp import web as http
from aiohttp.http_exceptions import BadHttpMessage
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from multidict import MultiDict, MultiDictProxy

import locales
from handlers.messages import SentFile
from locales.characters import readable

BODY_SECONDS = 15
UPLOAD_SECONDS = 120
MOST_FIELD = 4096


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("web"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static"] = _static
    environment.globals["languages"] = locales.installed
    return environment


@cache
def _static(name: str) -> str:
    """Return the address of a static file. It changes with the content, so that browsers can cache the file."""
    content = files("web").joinpath("static", name).read_bytes()
    return f"/static/{name}?{hashlib.sha256(content).hexdigest()[:10]}"


def page(template: str, language: str = "vi", status: int = 200, **values: Any) -> http.Response:
    """Render a template. `say(key, …)` in it gives a locale text."""

    def say(key: str, **inserted: object) -> str:
        return locales.text(language, key, **inserted)

    body = _environment().get_template(template).render(say=say, language=language, **values)
    return http.Response(text=body, content_type="text/html", charset="utf-8", status=status)


def see_other(target: str) -> http.Response:
    """Send the browser on to a page, by GET."""
    return http.Response(status=303, text=target, headers={"Location": target})


async def sent_form(request: http.Request) -> MultiDictProxy[str]:
    """Return the fields of a sent form; HTTPBadRequest if a field is not text."""
    texts: MultiDict[str] = MultiDict()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            form = await request.post()
        for name, value in form.items():
            if not isinstance(value, str):
                raise http.HTTPBadRequest
            value.encode("utf-8")
            texts.add(name, readable(value))
    except TimeoutError as error:
        raise http.HTTPRequestTimeout from error
    except (ValueError, LookupError, AssertionError, RuntimeError, BadHttpMessage, http.RequestPayloadError) as error:
        raise http.HTTPBadRequest from error
    return MultiDictProxy(texts)


async def sent_file(request: http.Request, most: int) -> tuple[dict[str, str], SentFile | None]:
    """Return the short fields of a sent form, and the one file in it; None if none was chosen.

    Raises HTTPRequestEntityTooLarge if the file has more than `most` bytes, HTTPBadRequest for any other kind of form.
    """
    texts: dict[str, str] = {}
    found: SentFile | None = None
    try:
        async with asyncio.timeout(UPLOAD_SECONDS):
            parts = await request.multipart()
            while (part := await parts.next()) is not None:
                if not isinstance(part, BodyPartReader) or part.name is None:
                    raise http.HTTPBadRequest
                content = await _limited(part, MOST_FIELD if part.filename is None else most)
                if part.filename is None:
                    texts[part.name] = readable(content.decode("utf-8"))
                elif part.filename or content:
                    found = SentFile(readable(part.filename), len(content), content=content)
    except TimeoutError as error:
        raise http.HTTPRequestTimeout from error
    except (ValueError, LookupError, AssertionError, RuntimeError, BadHttpMessage, http.RequestPayloadError) as error:
        raise http.HTTPBadRequest from error
    return texts, found


async def _limited(part: BodyPartReader, most: int) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk():
        content += chunk
        if len(content) > most:
            raise http.HTTPRequestEntityTooLarge(most, len(content))
    return bytes(content)


def language_of(request: http.Request) -> str:
    """Return the language of the address (?lang=), by default Vietnamese."""
    wanted = request.query.get("lang", "")
    return wanted if wanted in locales.installed() else locales.DEFAULT
