"""Files that came in, and what became of them."""

from datasets.models.file_import import FileFormat, Import, ItemOrder

__all__ = ["FileFormat", "Import", "ItemOrder"]
