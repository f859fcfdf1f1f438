"""A session of the app without a browser: Streamlit's own messages over its web socket."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

SLIDER = "Price ÷ reference price"
MOST_BYTES = 64 * 1024 * 1024


@dataclass
class Session:
    """What a browser would know: the verdict, the price slider, and what went wrong."""

    socket: ClientConnection
    verdict: str = ""
    slider: str = ""
    value: float = 1.0
    errors: list[str] = field(default_factory=list)

    async def open(self) -> float:
        """Ask for the page; returns the seconds until the first verdict."""
        return await self._run(BackMsg())

    async def move(self, step: float = 0.01) -> float:
        """Move the price by a step; returns the seconds until the next verdict."""
        message = BackMsg()
        state = message.rerun_script.widget_states.widgets.add()
        state.id = self.slider
        self.value = round(self.value + step, 4)
        state.double_array_value.data.append(self.value)
        return await self._run(message)

    async def _run(self, message: BackMsg) -> float:
        """Run the page to its end; returns when the verdict came, seconds."""
        message.rerun_script.query_string = ""
        begin, said = time.perf_counter(), None
        await self.socket.send(message.SerializeToString())
        async for forward in self._messages():
            element = forward.delta.new_element
            if element.HasField("alert") and said is None:
                said, self.verdict = time.perf_counter() - begin, element.alert.body
            if element.HasField("exception"):
                self.errors.append(element.exception.message)
            if element.HasField("slider") and element.slider.label.startswith(SLIDER):
                self.slider, self.value = element.slider.id, element.slider.default[0]
        if said is None:
            raise RuntimeError(f"the page came without a verdict: {self.errors}")
        return said

    async def _messages(self) -> AsyncIterator[Any]:
        while True:
            forward = ForwardMsg()
            forward.ParseFromString(await asyncio.wait_for(self.socket.recv(), 300))
            if forward.HasField("script_finished"):
                return
            yield forward


def opened(address: str) -> Any:
    """Return a connection to an app; ``async with`` gives the socket."""
    return connect(
        f"{address.replace('http', 'ws')}/_stcore/stream",
        subprotocols=["streamlit"],
        max_size=MOST_BYTES,  # type: ignore[list-item]
    )
