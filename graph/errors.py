"""What can go wrong below the doors. Each message says what to do; only api/ turns them into exit codes or HTTP."""


class TwintownError(Exception):
    """Base of every error a user may see; its text is one clear line."""


class InvalidRecord(TwintownError, ValueError):
    """A record cannot be what it says it is (bad offsets, unknown predicate, a name where an id belongs)."""


class NotFound(TwintownError, LookupError):
    """Nothing is kept under this id, address or name."""


class StoreError(TwintownError):
    """The store cannot do this now; the message says why and what to do. Nothing was half written."""


class StoreBusy(StoreError):
    """Another process kept the store locked past the timeout."""


class StoreFull(StoreError):
    """No room on the disk. Reading goes on; writing works again once there is room."""


class WrongStore(StoreError):
    """The file is not a Twintown store, is newer than this program, or its index belongs to another model."""


class MissingModel(TwintownError):
    """A model or a data package is not installed; the message says how to get it."""
