"""What was played is let go: a run of many futures needs no more memory than its records."""

from __future__ import annotations

import gc
import weakref

from simulator.model import MarketEntryModel
from tests.laws.worlds import STOCK, scenario


def test_a_model_that_was_played_is_let_go_and_its_records_stay() -> None:
    asked = scenario(strategies={"stock": STOCK | {"b2b": {"enabled": True}}}, weeks=8, consumers=200)
    model = MarketEntryModel(asked, "stock", (0, 1))
    records = model.run()
    alive = weakref.ref(model), weakref.ref(model.world), weakref.ref(model.entrant)
    del model
    gc.collect()
    assert [each() for each in alive] == [None] * 3
    assert records.weeks == 8
