"""Static files as they are served: names made of content, in the imports of our modules as well."""

import re

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import override_settings

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "labelhub.static_files.StaticFiles"},
}
REFERENCE = re.compile(r"""(?:from |=> import\(|await import\()["']([^"']+)["']""")
HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")


def test_all_static_files_get_names_of_their_content_and_modules_import_those(tmp_path):
    with override_settings(STORAGES=STORAGES, STATIC_ROOT=tmp_path):
        call_command("collectstatic", interactive=False, verbosity=0)
        name = staticfiles_storage.stored_name("js/label.js")

    assert HASHED.search(name)
    modules = [path for path in (tmp_path / "js").rglob("*.js") if HASHED.search(path.name)]
    assert len(modules) > 50
    for module in modules:
        for imported in REFERENCE.findall(module.read_text()):
            assert HASHED.search(imported), (module.name, imported)
            assert (module.parent / imported).is_file(), (module.name, imported)
