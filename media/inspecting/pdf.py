"""PDF: number of pages, and pages as images. PURE but for the files named.

PDFium is not safe for threads; it runs in a process that does one thing after the other.
"""

from pathlib import Path

import pypdfium2 as pdfium

from media.inspecting.images import write_thumbnail
from media.inspecting.kinds import PDF, Facts, Limits
from media.problems import FileProblem

LONGEST_SIDE = 1600  # pixels of a page image
MOST_SCALE = 4.0


def inspect_pdf(path: Path, limits: Limits, thumbnail: Path) -> Facts:
    """Pages, and the first one as thumbnail. Raises Problem."""
    try:
        with pdfium.PdfDocument(path) as document:
            pages = len(document)
            if not 0 < pages <= limits.pages:
                raise FileProblem(
                    "“%(name)s” has %(pages)d pages; a file may have 1 to %(limit)d.",
                    code="media_pages",
                    pages=pages,
                    limit=limits.pages,
                )
            _render(document, 0, limits.thumbnail, thumbnail)
    except pdfium.PdfiumError as error:
        message = "“%(name)s” is a broken PDF, or one with a password."
        raise FileProblem(message, code="media_broken") from error
    return Facts("application/pdf", PDF, pages=pages, has_thumbnail=True)


def render_page(path: Path, number: int, target: Path) -> None:
    """Page `number` (1 is the first) as WebP. Raises Problem."""
    try:
        with pdfium.PdfDocument(path) as document:
            if not 1 <= number <= len(document):
                raise FileProblem("There is no page %(page)d.", code="no_such_page", page=number)
            _render(document, number - 1, LONGEST_SIDE, target)
    except pdfium.PdfiumError as error:
        raise FileProblem(
            "Page %(page)d cannot be shown.", code="media_broken", page=number
        ) from error


def _render(document: pdfium.PdfDocument, index: int, longest: int, target: Path) -> None:
    page = document[index]
    scale = min(longest / max(*page.get_size(), 1.0), MOST_SCALE)
    image = page.render(scale=scale, may_draw_forms=False).to_pil()
    write_thumbnail(image, target)
