"""One forged paper, three doors: a court's page, a machine's API and an officer's command line must all refuse it.

A forgery that passes at one of them passes, for a forger asks everywhere.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from typer.testing import CliRunner

from lodemark.cli.licence import app
from lodemark.licence.credential.qr import armour, unarmour
from lodemark_office.acts import licensing, papers
from lodemark_office.acts.office import Office, Sent
from lodemark_office.doors.parts import acting
from lodemark_office.doors.parts.acting import office
from lodemark_office.doors.parts.issuer import issuer
from tests.licence import papers as strangers
from tests.licence.make import OFFICER
from tests.licence.test_acts import REVOKE
from tests.office import test_draw
from tests.office.api_kit import API


@pytest.fixture
def paper(db: None) -> papers.Papers:
    """The papers of a licence that is valid today, issued by this office."""
    cache.clear()
    acting._OFFICE.clear()
    today = timezone.now().date()
    of = test_draw.office(office().store, valid_from=today - timedelta(days=1), valid_until=today + timedelta(days=90))
    assert papers.issue(Office(of.store), Sent("papers", OFFICER, timezone.now()), test_draw.LICENCE, issuer()).done
    return papers.papers(office(), test_draw.LICENCE, issuer())


class Doors:
    """The same text to all three."""

    def __init__(self, folder: Path) -> None:
        self.client = Client()
        self.keys, self.status = folder / "keys.json", folder / "status.jwt"
        self.keys.write_bytes(self.client.get("/verify/keys").content)
        self.status.write_bytes(self.client.get("/status/1").content)
        self.runner = CliRunner()

    def page(self, text: str) -> str:
        cache.clear()  # the page is slowed for strangers who guess; here it is asked five hundred times
        answer = self.client.post("/verify/", {"credential": text})
        assert answer.status_code == 200
        (shown,) = answer.context["found"] or [None]
        return shown.result if shown else "not-genuine"

    def api(self, text: str) -> str:
        cache.clear()
        answer = self.client.post(f"{API}/verify", orjson.dumps({"credential": text}), "application/json")
        assert answer.status_code == 200, answer.content
        return str(orjson.loads(answer.content)["result"])

    def command(self, texts: Sequence[str], folder: Path) -> list[str]:
        """A folder of papers at once, as an officer has them."""
        folder.mkdir()
        for place, text in enumerate(texts):
            (folder / f"{place:05d}.txt").write_text(text)
        words = ["verify", str(folder), "--keys", str(self.keys), "--status", str(self.status), "--json"]
        answer = self.runner.invoke(app, words)
        results = [each["result"] for each in orjson.loads(answer.stdout)]
        exits = {"in-force": 0, "status-old": 1, "not-usable": 1, "not-genuine": 3}
        assert answer.exit_code == max(exits[each] for each in results) and len(results) == len(texts)
        return results

    def verdicts(self, texts: Sequence[str], folder: Path) -> dict[str, set[str]]:
        """What the three say of each; one word if they agree."""
        commands = self.command(texts, folder)
        return {text: {self.page(text), self.api(text), said} for text, said in zip(texts, commands, strict=True)}


def of_bytes(text: str, chance: random.Random) -> str:
    """A code on paper with its bytes bent and packed again as a printer would."""
    data = bytearray(unarmour(text))
    how, place = chance.choice(["flip", "cut", "drop", "double", "noise"]), chance.randrange(len(data))
    if how == "flip":
        data[place] ^= 1 << chance.randrange(8)
    elif how == "cut":
        del data[place:]
    elif how == "drop":
        del data[place]
    elif how == "double":
        data[place:place] = data[place : place + chance.randrange(1, 9)]
    else:
        data[place : place + 4] = chance.randbytes(4)
    return armour(bytes(data))


def of_token(text: str, chance: random.Random) -> str:
    """A credential with one part bent: a character, another algorithm or key, another claim, a part of a stranger's."""
    jwt, *disclosures = text.split("~")
    head, claims, signature = jwt.split(".")
    how = chance.choice(["character", "alg", "kid", "typ", "claim", "signature", "disclosure", "graft", "swap"])
    if how == "character":
        place = chance.randrange(len(jwt))
        return f"{jwt[:place]}{chance.choice([c for c in 'ABCxyz019-_' if c != jwt[place]])}{jwt[place + 1 :]}~" + "~".join(
            disclosures
        )
    if how in ("alg", "kid", "typ"):
        news = {
            "alg": ["none", "EdDSA", "HS256", "ES256"],
            "kid": [strangers.STRANGER.key.kid, "", "x"],
            "typ": ["JWT", "vc+sd-jwt"],
        }
        head = _changed(head, how, chance.choice(news[how]))
    elif how == "claim":
        claims = _changed(
            claims, chance.choice(["exp", "nbf", "number", "vct", "iss", "status"]), chance.choice([1, "x", 2**40, None])
        )
    elif how == "signature":
        signature = base64.urlsafe_b64encode(chance.randbytes(64)).rstrip(b"=").decode()
    elif how == "disclosure":
        place = chance.randrange(len(disclosures) - 1)
        disclosures[place] = _b64([chance.randbytes(9).hex(), "end_user", "somebody else"])
    elif how == "graft":
        disclosures.insert(0, chance.choice(strangers.sd_jwt().split("~")[1:-1]))
    else:
        signature = strangers.sd_jwt().split("~")[0].split(".")[2]
    return "~".join([f"{head}.{claims}.{signature}", *disclosures])


def _changed(part: str, name: str, value: object) -> str:
    return _b64({**orjson.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))), name: value})


def _b64(value: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).rstrip(b"=").decode()


def mutants(paper: papers.Papers, count: int, chance: random.Random) -> Iterator[str]:
    """Forgeries by turns: of the code on the paper, of the credential, of a stranger's slip and code, and scraps."""
    bend: list[Callable[[], str]] = [
        lambda: of_bytes(paper.codes[0], chance),
        lambda: of_token(paper.sd_jwt, chance),
        lambda: of_bytes(strangers.slip(), chance),
        lambda: chance.choice([strangers.code(), strangers.slip(), strangers.sd_jwt(), "LD1:", "~", "a.b.c~", "0" * 99]),
    ]
    weights = [40, 45, 10, 5]
    genuine = {paper.sd_jwt, *paper.codes}
    while count:
        text = chance.choices(bend, weights)[0]()
        if text not in genuine:
            count -= 1
            yield text


@pytest.mark.parametrize("count", [500, pytest.param(2000, marks=pytest.mark.long, id="long")])
def test_no_door_takes_what_another_refuses(paper: papers.Papers, tmp_path: Path, count: int) -> None:
    doors = Doors(tmp_path)
    genuine = (paper.sd_jwt, *paper.codes)
    assert doors.verdicts(genuine, tmp_path / "genuine") == {key: {"in-force"} for key in genuine}
    told = doors.verdicts(list(mutants(paper, count, random.Random(9))), tmp_path / "forged")
    assert {text: said for text, said in told.items() if said != {"not-genuine"}} == {}


def test_a_revoked_licence_is_so_at_every_door(paper: papers.Papers, tmp_path: Path) -> None:
    """The paper itself stays as it was printed: only the list of the day tells that it is worth nothing."""
    now = timezone.now()
    command = replace(REVOKE, on=now.date(), at=now)
    assert licensing.act(office(), Sent("revoke", command.by, now), test_draw.LICENCE, command).done
    doors = Doors(tmp_path)
    genuine = (paper.sd_jwt, *paper.codes)
    assert doors.verdicts(genuine, tmp_path / "genuine") == {key: {"not-usable"} for key in genuine}
