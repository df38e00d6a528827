"""What a column may hold."""

from enum import StrEnum


class Field(StrEnum):
    """OTHER is a column whose header is known and which says nothing we use: it is never guessed at.

    ID, ORIGIN and WRITTEN stand in Mitigap's own workbook alone: a control's id, its place in the first upload, and its
    status in that one's words.
    """

    MITIGATION_ID = "mitigation_id"
    MITIGATION = "mitigation"
    CONTROL = "control"
    REFERENCE = "reference"
    TECHNIQUE = "technique"
    STATUS = "status"
    LEVEL = "level"
    MATURITY = "maturity"
    APPLICABLE = "applicable"
    OWNER = "owner"
    EVIDENCE = "evidence"
    NOTES = "notes"
    REVIEWED = "reviewed"
    EXPIRES = "expires"
    DUE = "due"
    ID = "id"
    ORIGIN = "origin"
    WRITTEN = "written"
    OTHER = "other"


NAMING = (Field.MITIGATION_ID, Field.MITIGATION, Field.CONTROL)
"""The columns a row's mitigation can be read from, the most telling first."""

DEPLOYMENT = (Field.STATUS, Field.LEVEL, Field.MATURITY)
"""The columns that say how far a control is deployed."""
