"""The rulebooks: regimes, provisions with quote and dates, and one application put to several regimes."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import resources

from django.http import HttpRequest, HttpResponse

from lodemark import Error, application, rules
from lodemark.rules.sentence import provision_sentence
from lodemark_office.acts.store import UnknownDossier
from lodemark_office.doors.parts.access import PUBLIC, access
from lodemark_office.doors.parts.acting import page, today, unreadable

COMPARED = ("cn-ann18", "us-3a090-2026", "nl-litho", "eu-2021-821")
GROUPS = ("began", "ended", "value", "otherwise")
EXAMPLES = ("full", "general", "minimal", "meishan-declared")


@access(PUBLIC)
def rulebooks(request: HttpRequest) -> HttpResponse:
    """Every regime that is shipped."""
    return page(request, "public/rulebooks.html", {"books": [rules.load(name) for name in rules.regimes()]})


@access(PUBLIC)
def rulebook(request: HttpRequest, regime: str) -> HttpResponse:
    """One regime: its stages, and every provision with status and grade on a day."""
    if regime not in rules.regimes():
        raise UnknownDossier(dossier=regime)
    book, on = rules.load(regime), day_of(request)
    lines = [(each, book.status(each.id, on)) for each in book.provisions.values()]
    first = first_day(book)
    shown = {"book": book, "lines": lines, "on": on, "days": rules.days_of_change(book), "first": first if on < first else None}
    return page(request, "public/rulebook.html", shown)


@access(PUBLIC)
def changes(request: HttpRequest, regime: str) -> HttpResponse:
    """One regime on two days: which checks came into force, ended or say something else, and whether anybody fares differently."""
    if regime not in rules.regimes():
        raise UnknownDossier(dossier=regime)
    book, later = rules.load(regime), day_of(request, "to")
    days = rules.days_of_change(book)
    last = next((day for day in days if day <= later), later)
    earlier = day_of(request, "from", last - timedelta(days=1))
    found = rules.diff(book, book, earlier, later)
    groups: dict[str, list[tuple[str, rules.Provision, rules.Change]]] = {name: [] for name in GROUPS}
    for change in found.changes:
        name = change.id.partition("#")[0]
        groups[group_of(change)].append((change.id, book.provision(name), change))
    first = first_day(book)
    shown = {"book": book, "earlier": earlier, "later": later, "found": found, "groups": groups, "days": days}
    return page(request, "public/changes.html", {**shown, "first": first if min(earlier, later) < first else None})


def group_of(change: rules.Change) -> str:
    """Under which heading a reader looks for a change: a check began, ended, says another number, or stands otherwise."""
    if change.what == "value":
        return "value"
    before, after = change.parts
    return "began" if after == "in_force" else "ended" if before == "in_force" else "otherwise"


def first_day(book: rules.Rulebook) -> date:
    """The day on which the first text of a regime begins; our own house rules are no text."""
    return min(part.start for one in book.provisions.values() if not one.is_house for part in one.status)


@access(PUBLIC)
def provision(request: HttpRequest) -> HttpResponse:
    """One provision: its quote, what it says in words, its dates, how sure we are."""
    name = request.GET.get("id", "")
    book = next((found for found in map(rules.load, rules.regimes()) if name in found.provisions), None)
    if book is None:
        raise UnknownDossier(dossier=name)
    one = book.provision(name)
    shown = {
        "book": book,
        "one": one,
        "instrument": book.instruments.get(one.instrument),
        "spoken": provision_sentence(one, book, request.lang),
        "digest": rules.fingerprint(one),
        "told": rules.explain(name, day_of(request), request.lang),
        "status": book.status(name, day_of(request)),
        "on": day_of(request),
    }
    return page(request, "public/provision.html", shown)


@access(PUBLIC)
def compare(request: HttpRequest) -> HttpResponse:
    """One application, several regimes, the same questions to each."""
    chosen = [name for name in request.GET.getlist("regime") + request.POST.getlist("regime") if name in rules.regimes()]
    chosen = chosen or list(COMPARED)
    text = request.POST.get("file") or example(request.GET.get("example", EXAMPLES[0]))
    only_differing = bool(request.POST.get("differing"))
    table, reasons = None, ()
    if request.method == "POST":
        try:
            app = application.read(text.encode())
            on = app.filed_on or day_of(request)
            table = application.compare(app, chosen, on, bool(request.POST.get("as_if_controlled")))
        except Error as error:
            reasons = unreadable(error)
    rows = [row for row in table.rows if not only_differing or len({entry.value for entry in row.entries}) > 1] if table else []
    if table is not None and request.POST.get("as") == "csv":
        answer = HttpResponse("\ufeff" + application.table(table, "csv", request.lang), content_type="text/csv; charset=utf-8")
        answer.headers["Content-Disposition"] = 'attachment; filename="compare.csv"'
        return answer
    books = [rules.load(name) for name in rules.regimes()]
    shown = {"text": text, "table": table, "rows": rows, "chosen": chosen, "books": books, "examples": EXAMPLES}
    return page(request, "public/compare.html", shown, reasons)


def example(name: str) -> str:
    """One of the examples of the reference, fictional throughout."""
    chosen = name if name in EXAMPLES else EXAMPLES[0]
    return (resources.files("lodemark.application") / "examples" / f"{chosen}.yaml").read_text(encoding="utf-8")


def day_of(request: HttpRequest, name: str = "on", otherwise: date | None = None) -> date:
    """The legal day a page is asked for (``?on=``); ``otherwise``, or today, where it names none that can be read."""
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return otherwise or today()
