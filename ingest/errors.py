"""What can go wrong while documents are read. A document that cannot be used never stops a run."""

from __future__ import annotations

from graph.errors import TwintownError


class IngestError(TwintownError):
    """Base of the errors of reading."""


class SkipDocument(IngestError):
    """This document cannot be used; the run goes on and its report gives this reason."""


class StopRun(IngestError):
    """Nothing further can succeed: the store is unreachable, the disk is full, a mapping cannot be read."""
