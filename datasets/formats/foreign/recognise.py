"""What a file is, by its first bytes. PURE."""

import re

_TAGGED = re.compile(rb"\S+[ \t].*?(?:O|[BIESLUM]-\S+)\s*")
_LINES = 40
# Keys that only one program writes, as they stand in JSON.
_PRODIGY = (b'"_input_hash"', b'"_task_hash"', b'"_view_id"', b'"_session_id"')
_COCO = (b'"images"', b'"categories"', b'"licenses"')
_DOCCANO = re.compile(rb'"(?:labels?|entities|cats|bbox|segmentation)"\s*:\s*\[', re.DOTALL)


def guess_foreign(start: bytes) -> str:
    """The name of a foreign format, "" where it is none that is known. By content, not by name."""
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith((b"[", b"{")):
        return _guess_json(text)
    return "conll" if _is_tagged(text) else ""


def _guess_json(text: bytes) -> str:
    first = re.match(rb'[\[{]\s*\{?\s*"([^"]*)"', text)
    key = first[1] if first else b""
    if text.startswith(b"{") and (
        key in (b"images", b"categories", b"licenses", b"info")
        or sum(each in text[:4000] for each in _COCO) >= 2
    ):
        return "coco"
    if any(each in text for each in _PRODIGY):
        return "prodigy"
    has_results = re.search(rb'"(?:result|completed_by)"', text)
    has_data = re.search(rb'"data"\s*:\s*\{', text)
    if has_results or (has_data and text.startswith(b"[")):
        return "label_studio"
    if text.startswith(b"["):
        return "doccano"
    line = text.split(b"\n", 1)[0]
    if b'"labelhub":{' in line:  # our own export, which says more than doccano does
        return "doccano"
    if b'"annotations"' not in line and b'"annotator"' not in line and _DOCCANO.search(line):
        return "doccano"
    return ""


def _is_tagged(text: bytes) -> bool:
    """Whether the first lines are tokens with their tags, and at least one of them begins a span
    or all are outside of one."""
    lines = [line for line in text.split(b"\n")[:_LINES] if line.strip()]
    lines = lines[:-1] if len(lines) > 1 and not text.endswith(b"\n") else lines
    tagged = [each for each in lines if not each.startswith((b"#", b"-DOCSTART-"))]
    return bool(tagged) and all(_TAGGED.fullmatch(each.rstrip(b"\r")) for each in tagged)
