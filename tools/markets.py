"""Write ``simulator/data/markets/*.yaml`` from the reviewed facts and the study's own judgement.

    python tools/markets.py FACTS           write the files
    python tools/markets.py FACTS --check   exit 1 where a file differs from what the facts give
    python tools/markets.py FACTS --table   compare ten key figures with the facts, as Markdown

FACTS is the folder of ``consumer.yaml`` and ``trade.yaml``, which are not part of the product. The judgement, each
value with its reason and range, stands in ``tools/market_files/*.yaml``.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools.market_files import research, table, writing  # noqa: E402

MARKETS = ROOT / "simulator" / "data" / "markets"


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the market files from the reviewed facts.")
    parser.add_argument("facts", type=Path, help="folder of consumer.yaml and trade.yaml")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a file differs")
    parser.add_argument("--table", action="store_true", help="print ten key figures beside the facts, as Markdown")
    options = parser.parse_args()
    try:
        known = research.read(options.facts)
        if options.table:
            print(table.markdown(known))
            return 0
        texts = {market: writing.market_file(known, market) for market in known.markets}
    except research.ResearchError as error:
        print(error, file=sys.stderr)
        return 2
    if options.check:
        return _check(texts)
    for market, text in texts.items():
        (MARKETS / f"{market}.yaml").write_text(text, encoding="utf-8", newline="\n")
    return 0


def _check(texts: dict[str, str]) -> int:
    """Print what differs and return 1, or 0 where nothing does."""
    there = {path.stem: path.read_text(encoding="utf-8") for path in MARKETS.glob("*.yaml")}
    for market in sorted(set(texts) | set(there)):
        old, new = (each.get(market, "").splitlines(keepends=True) for each in (there, texts))
        sys.stdout.writelines(difflib.unified_diff(old, new, f"{market}.yaml", f"{market}.yaml from the facts", n=0))
    return int(there != texts)


if __name__ == "__main__":
    sys.exit(main())
