"""Filling a Word template: the same values give the same bytes."""

import io
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from reports.office.packing import repacked
from reports.office.sample_mark import marked


def filled(
    template: bytes,
    values: Callable[[Any], Mapping[str, Any]],
    *,
    title: str,
    author: str,
    moment: datetime,
    sample: bool,
) -> bytes:
    """Return a filled template, dated `moment`; a `sample` is marked on each page.

    `values` gets the open template, in which pictures are made. Values stay texts, whatever they hold; an unknown name,
    or a file that is not a template, raises an error of jinja2, docxtpl or python-docx.
    """
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    document, out = DocxTemplate(io.BytesIO(template)), io.BytesIO()
    document.init_docx()
    document.render(values(document), SandboxedEnvironment(undefined=StrictUndefined, autoescape=True))
    properties = document.docx.core_properties
    properties.title, properties.author = title, author
    document.save(out)
    return repacked(marked(out.getvalue()) if sample else out.getvalue(), moment)
