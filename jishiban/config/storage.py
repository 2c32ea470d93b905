"""Static files under names that change with their content, so they can be cached for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # the library is untyped
    """Hashed and compressed; modules that import one another are rewritten too.

    A file that is not there (an enhancement whose download failed) keeps its plain name: the page comes
    without the enhancement instead of not at all.
    """

    manifest_strict = False
    support_js_module_import_aggregation = True

    def stored_name(self, name: str) -> str:
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name
