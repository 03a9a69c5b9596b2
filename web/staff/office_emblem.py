"""The emblem of a unit in the header of its chat page, made from an uploaded picture, which is drawn again in small."""

import asyncio
import io

from aiohttp import web as http

from handlers.unit_settings.notices import Wrong
from handlers.unit_settings.settings import EMBLEM
from web.staff.access import closed
from web.staff.office_changes import Change, admins_office, kept, kept_with_file, refused, seen_number
from web.staff.office_view import Draft, shown
from web.uploads import sent_upload

MOST_BYTES, MOST_PIXELS, SIDE = 1024 * 1024, 16_000_000, 96
KINDS = ("PNG", "JPEG")
NAME = "bieu-trung.png"


async def set_emblem(request: http.Request) -> http.Response:
    """POST /staff/office/emblem: show a picture in the chat's header, or none."""
    sent = await sent_upload(request, MOST_BYTES)
    office = await admins_office(request, sent.fields.get("unit", ""))
    if office is None:
        return closed()
    draft, seen = Draft(EMBLEM, sent.fields), seen_number(sent.fields.get("seen", ""))
    if sent.fields.get("action") == "remove":
        return await kept(request, office, Change(EMBLEM, seen, {}), draft, shown)
    try:
        drawn = await asyncio.to_thread(redrawn, sent.content)
    except Wrong as wrong:
        return await refused(request, office, draft, shown, wrong)
    return await kept_with_file(request, office, Change(EMBLEM, seen, {}), (NAME, drawn), draft, shown)


def redrawn(content: bytes) -> bytes:
    """Return a PNG or JPEG picture as a PNG of at most 96 pixels a side, with nothing from the file but its pixels.

    Raises Wrong if it is no such picture, or has more than 1 MB or 16 million pixels.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    if not content or len(content) > MOST_BYTES:
        raise Wrong("emblem")
    try:
        with Image.open(io.BytesIO(content), formats=KINDS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Wrong("emblem")
            turned = ImageOps.exif_transpose(picture).convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Wrong("emblem") from error
    turned.thumbnail((SIDE, SIDE))
    bare = Image.new("RGBA", turned.size)
    bare.paste(turned)
    out = io.BytesIO()
    bare.save(out, format="PNG", optimize=True)
    return out.getvalue()
