"""A list of addresses as people paste it. PURE."""

from urllib.parse import parse_qsl, urlsplit, urlunsplit

from core.problems import Problem, Problems
from media.addresses import parse_address
from media.naming import plain_name
from media.problems import FileProblem, named

MOST_FAULTS = 100
# Parameters that are keys: who reads them may fetch the file, so they become no name.
KEYS = {"signature", "sig", "token", "key", "access_token", "x-amz-signature", "x-goog-signature"}


def parse_list(text: str, *, most: int) -> list[tuple[str, str]]:
    """(address, name) of each line that is not empty; a name may follow its address after a space.

    Raises Problems with the field "addresses".
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for line in lines[: most + 1]:
        address, _space, given = line.partition(" ")
        try:
            parse_address(address)
            name = plain_name(given or name_of(address))
            if found.setdefault(name, address) != address:
                message = "“%(name)s” stands for two addresses."
                raise FileProblem(message, code="name_twice", name=name)
        except Problem as problem:
            problem = named(problem, address[:200])
            problem.field = "addresses"
            problems.append(problem)
    if len(lines) > most:
        message = "These are more than %(limit)d addresses."
        problems.append(Problem(message, code="too_many", field="addresses", limit=most))
    if not lines:
        problems.append(
            FileProblem("Give at least one address.", code="required", field="addresses")
        )
    if problems:
        raise Problems(problems[:MOST_FAULTS])
    return [(address, name) for name, address in found.items()]


def name_of(address: str) -> str:
    """The address without its fragment, and without a query that holds a key."""
    parts = urlsplit(address)
    has_key = any(name.lower() in KEYS for name, _value in parse_qsl(parts.query))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "" if has_key else parts.query, ""))
