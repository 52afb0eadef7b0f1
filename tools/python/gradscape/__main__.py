# SPDX-License-Identifier: MIT
"""The program: ``gradscape`` and ``python -m gradscape``."""

import sys

from . import _core


def main() -> int:
    """Runs the command line and returns its exit status."""
    return _core.main(["gradscape", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
