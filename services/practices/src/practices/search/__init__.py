"""The search port and its two engines."""

from .documents import Labels, build, item_document
from .failover import Answer, Failover
from .highlight import Highlighter
from .meilisearch import MeiliIndex
from .port import Document, EngineRefused, EngineUnavailable, Hit, Result, SearchIndex
from .postgresql import PostgresIndex
from .words import Synonyms, stem, terms

__all__ = [
    "Answer",
    "Document",
    "EngineRefused",
    "EngineUnavailable",
    "Failover",
    "Highlighter",
    "Hit",
    "Labels",
    "MeiliIndex",
    "PostgresIndex",
    "Result",
    "SearchIndex",
    "Synonyms",
    "build",
    "item_document",
    "stem",
    "terms",
]
