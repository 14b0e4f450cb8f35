"""`python -m madoguchi` is the `mado` command."""

import sys

from madoguchi.faces.cli.main import main

sys.exit(main())
