"""How large a form may be. Each limit is far above real use and keeps one request cheap."""

MAX_SUBMITTED_CHARACTERS = 300_000
"""The longest form of the rules (bill of quantities by rows) needs about a tenth of it."""

MAX_SUBMITTED_DEPTH = 12
"""Lists in groups in lists use 6; deeper data is made to exhaust a stack."""

MAX_ROWS = 300
"""Rows of one repeating list; longer tables are uploaded as a spreadsheet."""

MAX_TEXT = 1_000
MAX_LONG_TEXT = 20_000
"""UTF-16 units of a line and of a text area when the form itself sets no limit."""

MAX_FILES = 20
"""Documents in one field: more than a person checks one by one."""

MAX_NUMBER = 2**53 - 1
"""Beyond it a browser cannot hold a whole number exactly."""

MAX_SCHEMA_CHARACTERS = 200_000
MAX_SCHEMA_DEPTH = 6
MAX_COMPONENTS = 300
"""A form with more fields is cut into steps; the editor stays usable up to here."""

MAX_OPTIONS = 500
MAX_PATTERN = 200
"""Characters of a pattern; credit codes, numbers of documents and plates need under 60."""

MAX_ROUNDS = 10
"""Chains of fields that hide or compute each other; real forms settle in three."""
