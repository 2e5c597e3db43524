"""Who loads what: an audit of a table must not pull in models, pages or deep learning."""

from __future__ import annotations

import json
import re
import subprocess
import sys

from tests.provenance import ROOT

FORBIDDEN = {"altair", "faiss", "implicit", "lime", "shap", "streamlit", "torch", "transformers"}
ALLOWED = {"engine", "engine.errors", "engine.tables"}
# Each module is imported as if it were the first, so none leans on another's import.
PROGRAM = """
import importlib, json, sys
loaded = set()
for name in sys.argv[1:]:
    for module in [m for m in sys.modules if m.split(".")[0] in ("audits", "engine")]:
        del sys.modules[module]
    importlib.import_module(name)
    loaded |= set(sys.modules)
print(json.dumps(sorted(loaded)))
"""


def _modules(package: str) -> list[str]:
    paths = sorted((ROOT / package).rglob("*.py"))
    dotted = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths]
    return [name.removesuffix(".__init__") for name in dotted]


def _loaded_by(modules: list[str]) -> set[str]:
    command = [sys.executable, "-c", PROGRAM, *modules]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return set(json.loads(answer.stdout))


def test_audits_load_tables_and_errors_alone() -> None:
    loaded = _loaded_by(_modules("audits"))

    assert {name for name in loaded if name.split(".")[0] == "engine"} <= ALLOWED
    assert not {name.split(".")[0] for name in loaded} & FORBIDDEN


def test_the_engine_loads_torch_only_to_make_a_model_that_needs_it() -> None:
    loaded = _loaded_by(["engine.models.registry", "engine.recommend", "engine.simulation.arms"])

    unwanted = {"faiss", "torch", "safetensors", "transformers"}
    assert not {name.split(".")[0] for name in loaded} & unwanted


def test_transformers_is_imported_where_models_are_loaded_alone() -> None:
    importing = {
        str(path.relative_to(ROOT))
        for package in ("engine", "audits", "dashboard")
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"^\s*(from|import) transformers\b", path.read_text("utf-8"), re.MULTILINE)
    }

    assert importing == {
        "engine/encoders/text.py",
        "engine/justifications/transformers_library.py",
    }
