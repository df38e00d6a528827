"""The numbers of the room: how much of an upload is read at all, and what reading it may cost."""

MIB = 1 << 20

# the file itself
BODY = 50 * MIB
ENTRIES = 500
PART = 64 * MIB
PARTS = 128 * MIB

# its XML: expat before 2.6.0 reads an unfinished token anew with every chunk, so a token's length bounds its work too
CHUNK = 64 * 1024
TOKEN = MIB
DEPTH = 64
ATTRIBUTES = 200
ELEMENT_TEXT = 131_072  # the csv module's own limit for one cell, kept for every format
NUMBER_FORMAT = 1_000
MERGES = 20_000

# the grid
ROWS = 200_000
COLUMNS = 500
CELLS = 5_000_000
CHARACTERS = 32_767
NOTES = 50  # of one kind in one sheet; the rest are counted

# the child
MEMORY = 700 * MIB
CPU_SECONDS = 15
WALL_SECONDS = 20
OPEN_FILES = 64
FILE = MIB  # that it may write: no module's compiled form is larger, and without those each child compiles anew
