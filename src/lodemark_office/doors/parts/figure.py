"""A figure's numbers, once: the table on the page, the CSV and the JSON are the same rows of the same text.

The drawing beside them (``plot``) is made of the same rows, and its marks carry the same text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import orjson
from django.http import HttpRequest, HttpResponse

from lodemark import Reason
from lodemark.wording import Lang, say


@dataclass(frozen=True, slots=True)
class Figure:
    """``name`` is its address on the page; ``title`` and the columns are sentence codes; cells are text, empty where unknown."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def csv(self) -> str:
        """The rows under the codes of their columns."""
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([self.columns, *self.rows])
        return out.getvalue()

    def json(self, lang: Lang, cannot_show: Sequence[Reason]) -> bytes:
        """The rows, with what each column is called and what none of them can show."""
        heads = [{"code": code, "said": say(code, {}, lang)} for code in self.columns]
        limits = [{"code": one.code, "said": one.explain(lang)} for one in cannot_show]
        told = {"figure": self.name, "title": say(self.title, {}, lang), "columns": heads, "rows": self.rows}
        return orjson.dumps({**told, "cannot_show": limits})


def download(request: HttpRequest, figures: Sequence[Figure], cannot_show: Sequence[Reason]) -> HttpResponse | None:
    """The figure asked for as ``?figure=NAME&as=csv`` or ``json``; ``None`` where the page itself was asked for."""
    found = {one.name: one for one in figures}.get(request.GET.get("figure", ""))
    form = request.GET.get("as")
    if found is None or form not in ("csv", "json"):
        return None
    if form == "json":
        return HttpResponse(found.json(getattr(request, "lang", "en"), cannot_show), content_type="application/json")
    answer = HttpResponse("\ufeff" + found.csv(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.name}.csv"'
    return answer


def number(value: float | None, digits: int = 4) -> str:
    """A number as every form of a figure writes it: significant digits, nothing for what is not known."""
    if value is None:
        return ""
    text = f"{value:.{digits}g}"
    return f"{float(text):.0f}" if "e+" in text and abs(value) < 1e15 else text.replace("-", "\N{MINUS SIGN}")
