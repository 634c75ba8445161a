"""Filling a survey form from its own examples, as a client that knows nothing else could."""

from typing import Any


def filled(form: dict[str, Any]) -> dict[str, Any]:
    """Return a submission that answers what is required; `form` is a definition in one language."""
    questions = [question for section in form["sections"] for question in section["questions"]]
    lang = form["lang"]
    return {
        "version_hash": form["version_hash"],
        "lang": lang,
        "answers_lang": lang,
        # `required` may be a rule; an answer that is always visible is never wrong to give.
        "answers": {q["id"]: q["example"] for q in questions if q["required"] and not q["visible_if"]},
        "declarations": [
            {"id": d["id"], "version": d["version"], "lang": lang, "given": True}
            for d in form["declarations"]
        ],
    }
