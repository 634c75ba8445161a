"""What stands beside a table in words: the README of the zip and of the workbook."""

from .model import Column, Dataset

__all__ = ["readme"]

_LABELS = ("edition", "release", "issued", "origin", "licence", "licence_url", "address")


def readme(dataset: Dataset) -> list[str]:
    """Return the lines of a README: what this is, how to cite it, and what every column says."""
    about, facts = dataset.about, dataset.about.facts()
    head = [about.title, "", *([about.note, ""] if about.note else []), *about.explained.splitlines(), ""]
    told = [f"{name}: {facts[name]}" for name in _LABELS if facts[name]]
    return [*head, about.licence_text, about.cite_as, "", *told, "", *map(_line, dataset.columns)]


def _line(column: Column) -> str:
    return f"{column.name} ({column.datatype}{', list' if column.many else ''}): {column.description}"
