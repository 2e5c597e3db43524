"""The API under thousands of made-up requests: it answers each as its own document says.

Schemathesis makes them of the document, right ones and wrong ones, as an analyst and as a viewer,
and checks status, schema, content type, methods, and that a wrong one is refused.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.environments import python_of
from tests.browser.deployment import deployed, token_of
from tests.provenance import ROOT

__all__ = ["run"]

PEOPLE = {"ana@example.org": "analyst", "vera@example.org": "viewer"}
EXAMPLES = {"analyst": 60, "viewer": 15}
SEED = 7
# What no schema can say: that a table's content is one, or that two parts go together; and that a
# job which was stopped is still told of.
NOT_CHECKED = ("positive_data_acceptance", "use_after_free")


def run() -> dict[str, object]:
    """Return how many requests were made, and what was found against the answers."""
    found = {}
    with (
        TemporaryDirectory(prefix="recscope-fuzz-") as name,
        _own_cache(Path(name)),
        deployed(Path(name), PEOPLE, most_sessions=4) as address,
    ):
        for person, role in PEOPLE.items():
            found[role] = _fuzz(address, token_of(person), EXAMPLES[role], folder=Path(name))
    requests = sum(int(part["requests"]) for part in found.values())
    faults = [fault for part in found.values() for fault in part["faults"]]
    return {
        "headline": f"{requests} requests, {len(faults)} answered otherwise",
        "holds": requests > 0 and not faults,
        "settings": {"examples": EXAMPLES, "seed": SEED, "not checked": list(NOT_CHECKED)},
        **found,
    }


def _fuzz(address: str, token: str, examples: int, *, folder: Path) -> dict[str, object]:
    """Return the figures of one person; what Schemathesis remembers goes with the folder."""
    program = [str(python_of("schemathesis")), "-m", "schemathesis.cli", "run"]
    options = [
        f"{address}/api/v1/openapi.json",
        f"--header=Authorization: Bearer {token}",
        f"--max-examples={examples}",
        f"--seed={SEED}",
        f"--exclude-checks={','.join(NOT_CHECKED)}",
        "--continue-on-failure",
        "--request-timeout=130",
        "--no-color",
    ]
    hooks = {
        "PYTHONPATH": str(ROOT),
        "SCHEMATHESIS_HOOKS": "tests.evidence.peers.schemathesis_hooks",
    }
    done = subprocess.run(
        [*program, *options],
        cwd=folder,
        env={**os.environ, **hooks},
        capture_output=True,
        text=True,
        check=False,
    )
    made = re.search(r"([\d,]+) generated", done.stdout)
    if made is None:
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    faults = re.findall(r"❌ (ST\d+ [^:\n]+: \d+)", done.stdout)
    if done.returncode and not faults:
        raise RuntimeError(done.stdout[-2000:])
    return {"requests": int(made[1].replace(",", "")), "faults": faults}


@contextmanager
def _own_cache(folder: Path) -> Iterator[None]:
    """Keep jobs and results of these requests out of one's own."""
    before = os.environ.get("RECSCOPE_CACHE")
    os.environ["RECSCOPE_CACHE"] = str(folder / "cache")
    try:
        yield
    finally:
        if before is None:
            del os.environ["RECSCOPE_CACHE"]
        else:
            os.environ["RECSCOPE_CACHE"] = before
