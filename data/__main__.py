"""``python -m data``: see :mod:`data.cli`."""

import sys

from data.cli import main

if __name__ == "__main__":
    sys.exit(main())
