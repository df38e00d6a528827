"""A portfolio as JSON and back: equal portfolios give equal bytes."""

from mitigap.assessment import encoding
from mitigap.assessment.portfolio import SCHEMA, Portfolio


def dump(portfolio: Portfolio) -> bytes:
    """Keys sorted, two spaces, a newline at the end."""
    return encoding.dump(portfolio)


def load(data: bytes) -> Portfolio:
    """What `dump` wrote. DocumentUnreadable where it is anything else."""
    return encoding.load(data, Portfolio, schema=SCHEMA, noun="portfolio")[0]
