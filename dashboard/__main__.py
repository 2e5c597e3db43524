"""``python -m dashboard COMMAND``: the command line where it is not on the path."""

import sys

from dashboard.cli import main

if __name__ == "__main__":
    sys.exit(main())
