# SPDX-License-Identifier: MIT
"""The program: ``gradscape`` and ``python -m gradscape``."""

import os
import sys

from . import _core


def main() -> int:
    """Runs the command line and returns its exit status."""
    # Bytes, since a file's name need not be text.
    return _core.main([b"gradscape", *map(os.fsencode, sys.argv[1:])])


if __name__ == "__main__":
    sys.exit(main())
