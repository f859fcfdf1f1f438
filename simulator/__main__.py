"""``python -m simulator`` is the command ``market-entry``."""

from simulator.cli import main

if __name__ == "__main__":
    main()
