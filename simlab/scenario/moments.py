"""Days as sources write them: 2025-03-19, or only a month or a year."""

import re
from calendar import monthrange
from datetime import date

_WRITTEN = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
HOW_TO_WRITE = "write a day like 2025-03-19, a month like 2025-03, or a year"


def last_day(text: str) -> date | None:
    """The day, or the last day of the month or the year that `text` is; None where it is none of these.

    The last one, because whoever knows no more than the month must not be taken to have known on its first day.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        return None
    year, month = int(found[1]), int(found[2] or 12)
    try:
        return date(year, month, int(found[3] or monthrange(year, month)[1]))
    except ValueError:
        return None
