"""The two pages for people: the landing page, and the list of calls. No script, no asset from elsewhere."""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from servicekit.catalog import Catalog
from servicekit.i18n import Languages

__all__ = ["ADDRESSES", "HEADERS", "docs_page", "landing_page"]

ADDRESSES = (
    ("panel", "/v1/regions/catalonia/panel"),
    ("regions", "/v1/regions"),
    ("ranking", "/v1/rankings"),
    ("comparison", "/v1/compare?region=catalonia,vienna,basque-country"),
    ("questionnaire", "/v1/editions/regin-2026"),
    ("file", "/v1/exports/scores.xlsx"),
    ("practices", "/v1/practices"),
    ("survey", "/v1/surveys/integration-practice"),
    ("meta", "/v1/meta"),
    ("docs", "/docs"),
    ("openapi", "/openapi.json"),
)

_STYLE = (Path(__file__).parent / "pages.css").read_text(encoding="utf-8")
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "public, max-age=300",
}


def landing_page(catalog: Catalog, languages: Languages, lang: str) -> str:
    """Return the landing page in a language."""
    say = {name: escape(catalog.text(lang, f"landing.{name}")) for name in ("title", "about", "start")}
    nav = "".join(
        f'<a href="/?lang={x.code}" lang="{x.code}" hreflang="{x.code}"'
        f"{' aria-current=true' if x.code == lang else ''}>{escape(x.name)}</a>"
        for x in languages.known
    )
    rows = "".join(
        f'<li><a href="{path}">{escape(catalog.text(lang, f"landing.{name}"))}</a> <code>{path}</code></li>'
        for name, path in ADDRESSES
    )
    head = f"<nav>{nav}</nav><h1>{say['title']}</h1><p>{say['about']}</p>"
    return _page(lang, say["title"], f"{head}<h2>{say['start']}</h2><ul>{rows}</ul>")


def docs_page(document: Mapping[str, Any]) -> str:
    """Return the list of calls of an OpenAPI document, in the document's own language."""
    groups: dict[str, list[str]] = {}
    for path, item in document["paths"].items():
        for method, call in item.items():
            group = (call.get("tags") or ["other"])[0]
            groups.setdefault(group, []).append(_call(method, path, call, document))
    nav = "".join(f'<a href="#{_anchor(name)}">{escape(name)}</a>' for name in groups)
    parts = "".join(
        f'<h2 id="{_anchor(name)}">{escape(name.capitalize())}</h2>{"".join(calls)}'
        for name, calls in groups.items()
    )
    info = document["info"]
    head = (
        f"<h1>{escape(info['title'])}</h1>{_paragraphs(info.get('description', ''))}"
        f'<p>The same as a machine reads it: <a href="/openapi.json">/openapi.json</a>.</p><nav>{nav}</nav>'
    )
    return _page("en", escape(info["title"]), head + parts)


def _page(lang: str, title: str, body: str) -> str:
    # All three are HTML already.
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        f"<body><main>{body}</main></body></html>"
    )


def _call(method: str, path: str, call: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    params = [_parameter(p) for p in call.get("parameters", ())]
    table = f"<table><tr><th>Parameter</th><th>Where</th><th>Meaning</th></tr>{''.join(params)}</table>"
    plain = method == "get" and "{" not in path
    code = f"<code>{escape(path)}</code>"
    address = f'<a href="{escape(path)}">{code}</a>' if plain else code
    return (
        f'<details><summary><span class="m">{method.upper()}</span> {code} '
        f"{_prose(call.get('summary', ''))}</summary><div>{_paragraphs(call.get('description', ''))}"
        f"<p>{address}</p>{table if params else ''}{_body(call)}{_answers(call, document)}</div></details>"
    )


def _parameter(parameter: Mapping[str, Any]) -> str:
    required = " (required)" if parameter.get("required") else ""
    return (
        f"<tr><td><code>{escape(parameter['name'])}</code>{required}</td><td>{escape(parameter['in'])}</td>"
        f"<td>{_prose(parameter.get('description', ''))}</td></tr>"
    )


def _body(call: Mapping[str, Any]) -> str:
    kinds = call.get("requestBody", {}).get("content", {})
    return f"<p>Body: {', '.join(f'<code>{escape(kind)}</code>' for kind in kinds)}</p>" if kinds else ""


def _answers(call: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td>{escape(status)}</td><td>{_prose(answer.get('description', ''))}</td>"
        f"<td>{_fields(answer, document)}</td></tr>"
        for status, answer in call.get("responses", {}).items()
    )
    return f"<table><tr><th>Answer</th><th>When</th><th>Fields</th></tr>{rows}</table>" if rows else ""


def _fields(answer: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    schemas = document.get("components", {}).get("schemas", {})
    # What an error says is told once, at the top.
    kinds = {kind: one for kind, one in answer.get("content", {}).items() if "problem" not in kind}
    for content in kinds.values():
        name = content.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
        names: Sequence[str] = list(schemas.get(name, {}).get("properties", {}))
        return ", ".join(f"<code>{escape(field)}</code>" for field in names)
    return ""


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{_prose(part)}</p>" for part in text.split("\n\n") if part)


def _prose(text: str) -> str:
    # Descriptions mark code with backticks, as documents for machines do.
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _anchor(name: str) -> str:
    return "-".join(name.lower().split())
