"""What stops, and when, if a licence does not come: computed from the file at hand; nothing of it is kept."""

from __future__ import annotations

from importlib import resources

from django.http import HttpRequest, HttpResponse

from lodemark import Error, exposure
from lodemark.exposure import Exposure, World
from lodemark_office.doors.counter.home import APPLICANTS
from lodemark_office.doors.parts.access import access
from lodemark_office.doors.parts.acting import Told, page, unreadable
from lodemark_office.doors.parts.bars import WHOLE

HORIZON_DAYS = 365
DRAWS = 500


@access(*APPLICANTS)
def what_stops(request: HttpRequest) -> HttpResponse:
    """Product trees, stocks, sources and open applications in; the day each programme stops out."""
    text = request.POST.get("file") or _example()
    shown: dict[str, object] = {"text": text, "horizon": HORIZON_DAYS}
    reasons: tuple[Told, ...] = ()
    if request.method == "POST":
        try:
            world = exposure.read_world(text.encode())
            supposed = [line for line in request.POST.get("supposed", "").splitlines() if line.strip()]
            wanted = [exposure.read_supposed(line, world) for line in supposed]
            shown |= _answer(world, exposure.exposure(world, wanted, HORIZON_DAYS, DRAWS))
        except Error as error:
            reasons = unreadable(error)
    return page(request, "counter/exposure.html", shown, reasons)


def _answer(world: World, found: Exposure) -> dict[str, object]:
    programmes = []
    for name in world.programmes:
        stop = found.programme_stops.get(name)
        items = [one for one in found.stops if stop is not None and one.cause == stop.cause]
        runs_to = WHOLE if stop is None else min(WHOLE, stop.day * WHOLE // found.horizon_days)
        programmes.append((name, stop, items, runs_to))
    return {"found": found, "programmes": programmes, "draws": DRAWS}


def _example() -> str:
    return (resources.files("lodemark.exposure") / "example.json").read_text(encoding="utf-8")
