"""The catalogue as a file: one table, and a writer for each format."""

from .formats import FORMATS, Written, write
from .table import practices_table

__all__ = ["FORMATS", "Written", "practices_table", "write"]
