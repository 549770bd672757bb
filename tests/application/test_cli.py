"""The command an applicant runs before filing: its exit code and its list must be those of the filing itself."""

from importlib import resources

import orjson
from typer.testing import CliRunner

from lodemark.cli.application import app

RUN = CliRunner()
EXAMPLES = resources.files("lodemark.application") / "examples"


def test_check_lists_what_submit_would_refuse_with() -> None:
    """Whoever is told 'complete' here must not be refused there."""
    done = RUN.invoke(app, ["check", str(EXAMPLES / "minimal.yaml"), "--on", "2026-03-16", "--json"])
    found = orjson.loads(done.output)
    assert done.exit_code == 1 and {"/parties/complete", "/documents"} <= {item["path"] for item in found["items"]}
    told = RUN.invoke(app, ["check", str(EXAMPLES / "minimal.yaml"), "--on", "2026-03-16", "--lang", "zh"])
    assert "请" in told.output


def test_diff_exits_by_difference() -> None:
    """A script that resubmits must see that something changed."""
    same = RUN.invoke(app, ["diff", str(EXAMPLES / "full.yaml"), str(EXAMPLES / "full.yaml")])
    other = RUN.invoke(app, ["diff", str(EXAMPLES / "full.yaml"), str(EXAMPLES / "minimal.yaml")])
    assert (same.exit_code, other.exit_code) == (0, 1) and "/ref" in other.output
