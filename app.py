"""The app: ``make app``, or ``market-entry app``."""

from simulator.ui.shell import main

main()
