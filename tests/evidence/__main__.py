"""Run all proofs, or the named ones: ``python -m tests.evidence [NAME …]``."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from time import perf_counter

from tests.evidence.records import read_records, write_record, write_table
from tests.evidence.tuning import write_tuning
from tests.provenance import provenance

FOLDER = Path(__file__).parent
HARNESS = {"__init__", "__main__", "records", "search", "tuning"}


def main(names: list[str]) -> int:
    """Run, print and keep the figures; unknown names are refused before anything runs."""
    proofs = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in HARNESS)
    unknown = sorted(set(names) - set(proofs))
    if unknown:
        print(f"no proof {', '.join(unknown)}; there are {', '.join(proofs)}")
        return 2
    source = provenance()
    all_hold = True
    for name in names or proofs:
        print(f"{name} …", flush=True)
        module = import_module(f"tests.evidence.{name}")
        start = perf_counter()
        figures = module.run()
        seconds = round(perf_counter() - start, 1)
        shows = (module.__doc__ or "").strip().splitlines()[0]
        record = {"name": name, "shows": shows, **source, "seconds": seconds, **figures}
        print(write_record(FOLDER, record))
        all_hold &= bool(figures.get("holds", True))
    records = read_records(FOLDER)
    write_table(FOLDER, records)
    write_tuning(FOLDER, records)
    return 0 if all_hold else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
