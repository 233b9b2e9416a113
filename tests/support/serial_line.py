"""The two ends of a serial line: a pseudo-terminal that tinyq opens, and something in a thread behind it."""

import os
import select
import threading
import tty
from collections.abc import Callable
from types import TracebackType
from typing import Self

# What the far end answers to bytes that arrive; None hangs up.
Answer = Callable[[bytes], bytes | None]


class SerialLine:
    """A pseudo-terminal; use it in a `with` statement.

    Args:
        answer: is given what arrives, at once and without end, and returns what to send back.
        greeting: what the far end sends before anything arrived.

    Attributes:
        name: what tinyq opens.
        failure: what `answer` raised.
    """

    def __init__(self, answer: Answer, greeting: bytes = b"") -> None:
        self._far, self._near = os.openpty()
        tty.setraw(self._near)
        self.name = os.ttyname(self._near)
        self._answer, self._greeting = answer, greeting
        self._stop, self._stopped = os.pipe()
        self.failure: BaseException | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.write(self._stopped, b"x")
        self._thread.join()
        for handle in (self._far, self._near, self._stop, self._stopped):
            os.close(handle)
        assert self.failure is None, self.failure

    def _serve(self) -> None:
        try:
            os.write(self._far, self._greeting)
            while True:
                ready, _, _ = select.select([self._far, self._stop], [], [])
                if self._far not in ready:  # all that was sent is answered before it ends
                    return
                answer = self._answer(os.read(self._far, 4096))
                if answer is None:
                    return
                os.write(self._far, answer)
        except BaseException as error:
            self.failure = error
