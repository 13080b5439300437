"""Static files under hashed names, the imports between our JavaScript modules included."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORTS = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]
# A module that is loaded when it is needed. Django's own pattern takes the types in comments for
# imports as well: those go in circles, in which no name can be made of the content.
_LATER = (
    r"""(?:(?<==> )|(?<=await ))(?P<matched>import\(["'](?P<url>\.[^"']*)["']\))""",
    'import("%(url)s")',
)


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Rewrites `import ... from "./x.js"` in our modules, and `import("./x.js")` in their code.

    Django's own switch for this covers every script, and stumbles over one of a dependency.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", (*_IMPORTS[:-1], _LATER)),
    )
