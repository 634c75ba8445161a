"""JSON: the rows as objects, lists as lists, with licence and citation beside them."""

import orjson

from .model import Dataset

__all__ = ["write_json"]


def write_json(dataset: Dataset) -> bytes:
    """Return the table as one document."""
    about = dataset.about
    names = [column.name for column in dataset.columns]
    return orjson.dumps(
        {
            "dataset": dataset.name,
            "title": about.title,
            "lang": about.lang,
            "edition": about.edition,
            "release": about.release,
            "issued": about.issued,
            "origin": about.origin,
            "note": about.note,
            "licence": {"id": about.licence, "url": about.licence_url, "text": about.licence_text},
            "cite_as": about.cite_as,
            "url": about.href,
            "total": len(dataset.rows),
            "items": [dict(zip(names, row, strict=True)) for row in dataset.rows],
        }
    )
