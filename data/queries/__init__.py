"""Reads: every ``fetch_*`` returns a DataFrame or a dataclass and changes nothing."""
