from __future__ import annotations

from weekly.cli import main

main()
