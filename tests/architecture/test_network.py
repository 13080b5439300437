"""One guarded way out: nothing but `media/fetching.py` talks to other servers."""

import ast

from tests.architecture.test_code import ROOT, sources, trees

CLIENTS = {
    "aiohttp", "ftplib", "http.client", "httplib2", "httpx", "imaplib", "pycurl", "requests",
    "smtplib", "socket", "telnetlib", "urllib.request", "urllib3", "websockets", "xmlrpc",
    "boto3", "botocore", "storages",
}  # fmt: skip
# Who may, each for a reason.
ALLOWED = {
    "media/fetching.py": "the guarded fetcher itself",
    "media/s3.py": "the bucket that the owner of the server named",
}
LOCAL = "labelhub/embedded/"  # asks the servers that it starts on this machine


def clients_in(tree):
    """Modules of the list that a file imports, under whatever name."""
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            if name in CLIENTS or name.partition(".")[0] in CLIENTS:
                yield name


def test_no_other_http_client_in_the_tree():
    found = {str(path): names for path, tree in trees() if (names := set(clients_in(tree)))}

    strangers = {path for path in found if not path.startswith(LOCAL)} - set(ALLOWED)
    assert strangers == set()
    assert set(found) >= set(ALLOWED), "an exception that is not needed any more"


def test_no_module_is_imported_by_a_name_in_a_string():
    calls = {
        str(path.relative_to(ROOT))
        for path in sources("media", "annotations", "datasets", "core")
        if "import_module(" in path.read_text() or "__import__(" in path.read_text()
    }

    assert calls == set()
