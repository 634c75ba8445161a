"""LibreOffice without a window, where it is installed: it opens a workbook and calculates all of it anew."""

import io
import shutil
import subprocess
from pathlib import Path

import openpyxl

# 0 is "always": by itself it trusts the results that a workbook carries.
_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""
SOFFICE = shutil.which("soffice")
ABSENT = "LibreOffice (soffice) is not installed: nobody else recalculates the workbook"


def recalculated(body: bytes, folder: Path) -> openpyxl.Workbook:
    """Return a workbook as LibreOffice calculates it, its values only."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS, encoding="utf-8")
    given, found = folder / "given.xlsx", folder / "out"
    given.write_bytes(body)
    subprocess.run(
        [str(SOFFICE), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx",
         "--outdir", str(found), str(given)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return openpyxl.load_workbook(io.BytesIO((found / "given.xlsx").read_bytes()), data_only=True)


def bare(body: bytes) -> bytes:
    """Return a workbook without the results it carries: what comes back was calculated by its reader."""
    book, content = openpyxl.load_workbook(io.BytesIO(body)), io.BytesIO()
    book.save(content)
    return content.getvalue()


def table(book: openpyxl.Workbook, name: str) -> list[dict]:
    """Return the rows of a sheet by its header."""
    header, *rows = book[name].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]
