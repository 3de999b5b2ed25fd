"""Commands about the store itself."""

from __future__ import annotations

import typer

from api.options import JsonOption, StoreOption, opened, print_json, print_table
from api.settings import read_settings

app = typer.Typer()


@app.command("stats")
def stats(store: StoreOption = "", as_json: JsonOption = False) -> None:
    """Count documents, passages, statements, edges, judgements, proposals, and entities by kind."""
    with opened(read_settings(store=store)) as kept:
        counts = kept.counts()
    if as_json:
        print_json(counts)
    else:
        print_table([{"what": what, "number": number} for what, number in counts.items()])
