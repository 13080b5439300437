"""The audit log speaks in words."""

import ast

from projects.audit_words import ACTIONS
from tests.architecture.test_code import trees

RECORDERS = {"record", "_record"}
# What people do to their own accounts belongs to no project, and is on no project's page.
WITHOUT_PROJECT = ("account.", "token.")


def recorded() -> set[str]:
    """The codes that any action writes."""
    found = set()
    for _path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in RECORDERS:
                    found |= codes(node)
    return found


def codes(call: ast.Call) -> set[str]:
    given = [keyword.value for keyword in call.keywords if keyword.arg == "action"]
    return {
        node.value
        for argument in given or call.args[:1]
        for node in ast.walk(argument)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value
    }


def test_every_action_in_the_audit_log_has_words():
    codes_of_projects = {code for code in recorded() if not code.startswith(WITHOUT_PROJECT)}

    assert len(codes_of_projects) > 15
    assert codes_of_projects == set(ACTIONS)
