"""`python -m bench [NAME...]`: run every bench, or those named."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path


def main(names: list[str]) -> None:
    known = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))
    measuring = [name for name in names or known if hasattr(import_module(f"bench.{name}"), "main")]
    for name in measuring:
        module = import_module(f"bench.{name}")
        print(f"\n== {name}: {(module.__doc__ or '').strip().splitlines()[0]}", flush=True)
        module.main([])


if __name__ == "__main__":
    main(sys.argv[1:])
