"""What the database may answer instead of an answer."""

from __future__ import annotations

from overture.kit.errors import Conflict, Invalid, Unavailable


class DatabaseUnreachable(Unavailable):
    """The database's address is wrong, or nobody answers there."""

    code = "database_unreachable"


class DatabaseFull(Unavailable):
    """The disk is full: what was asked is not stored."""

    code = "database_full"


class DatabaseBusy(Unavailable):
    """Too much is waiting to be written, or another process holds the database."""

    code = "database_busy"


class DatabaseFailed(Unavailable):
    """The database refused for a reason of its own; nothing was stored."""

    code = "database_failed"


class Unkeepable(Invalid):
    """A text or number is more than the database keeps: sending it again changes nothing."""

    code = "cannot_be_kept"


class DatabaseNewer(Conflict):
    """The database was written by a newer Overture."""

    code = "database_newer"


class DatabaseReadOnly(DatabaseFailed):
    """The database can be read and not written."""

    code = "database_read_only"


class DatabaseInUse(Conflict):
    """Another server has this SQLite file."""

    code = "database_in_use"
