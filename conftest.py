"""Read before every other file of the tests: what they compile is kept for all processes.

Containers like to set PYTHONDONTWRITEBYTECODE.  Each of the dozens of servers and programs that
the tests start would then compile Streamlit, pandas and all the rest again: ten seconds instead
of one.
"""

from __future__ import annotations

import os
import sys

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
