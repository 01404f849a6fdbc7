"""The line to a Dask scheduler: who is there, something for one of them to do, and what came of it.

What is lost with a worker, what went wrong there and a scheduler that is gone are three things here, whatever Dask
calls them.
"""

import logging
import pickle
import queue
import socket
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from typing import Any, NamedTuple

from distributed import Client, Future
from distributed.client import ClosedClientError
from distributed.comm.addressing import get_address_host_port
from distributed.scheduler import KilledWorker, NoValidWorkerError

from simlab.errors import StudyError
from simlab.sweep.one import one_line

CONNECT_S = 10.0
"""How long a scheduler may take to answer at first."""

GO_ON = "What is done is on disk; the same command goes on from there"


class Answer(NamedTuple):
    """What came of something that a worker was to do."""

    key: str
    value: Any = None
    error: Exception | None = None
    is_lost: bool = False
    """It did not go wrong, it went away: with the worker, or with the scheduler's memory of it."""


class _Call:
    """To unpickle it is to call the function.

    Dask itself would look the function up where it reads its messages, and a worker that does not have it would die of
    that. So it is looked up as part of the task.
    """

    def __init__(self, function: Callable[..., Any], args: tuple[object, ...]) -> None:
        self._function, self._args = function, args

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[object, ...]]:
        return self._function, self._args


class Line(AbstractContextManager["Line"]):
    """A client of the scheduler at an address like tcp://10.0.0.1:8786, or one that is there already.

    If the line is cut, it is tried for `patience_s` to call again.
    """

    def __init__(self, where: str | Client, patience_s: float) -> None:
        self._where, self._patience_s = where, patience_s
        self._futures: dict[str, Future] = {}
        self._answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        self._open = ExitStack()

    def __enter__(self) -> "Line":
        with ExitStack() as stack:
            stack.enter_context(_quiet())
            where, patience_s = self._where, self._patience_s
            self._client: Any = stack.enter_context(_client(where, patience_s)) if isinstance(where, str) else where
            stack.callback(self._forget_all)
            self._open = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def name(self) -> str:
        """The scheduler's address, for people."""
        return self._where if isinstance(self._where, str) else str(self._where.scheduler_info()["address"])

    def present(self) -> dict[str, int]:
        """Address to threads of all workers that the scheduler knows; none while it is out of reach.

        Raises:
            StudyError: it is gone.
        """
        self._require_open()
        try:
            return {} if self.is_cut else dict(self._client.nthreads())
        except (OSError, ClosedClientError):
            self._require_open()
            return {}

    @property
    def is_cut(self) -> bool:
        """Whether the scheduler is out of reach and being called again."""
        return self._client.status == "connecting"

    def _require_open(self) -> None:
        if self._client.status in ("closing", "closed"):
            raise StudyError(f"the Dask scheduler at {self.name} is gone. {GO_ON} when there is one again")

    def send(self, address: str, function: Callable[..., Any], *args: object) -> str:
        """Have the worker at `address`, and no other, call `function`. Returns the name of its answer.

        Raises:
            StudyError: the scheduler is gone.
        """
        self._require_open()
        key = f"simlab-{function.__name__}-{uuid.uuid4().hex}"
        call = pickle.dumps(_Call(function, args))
        future = self._client.submit(pickle.loads, call, key=key, workers=[address], pure=False)
        self._futures[key] = future
        self._client.loop.add_callback(self._follow, key, future)
        return key

    async def _follow(self, key: str, future: Future) -> None:
        try:
            answer = Answer(key, await future)
        except Exception as error:
            is_lost = future.status != "error" or isinstance(error, (KilledWorker, NoValidWorkerError))
            answer = Answer(key, error=error, is_lost=is_lost)
        self._answers.put(answer)

    def answer(self, wait_s: float) -> Answer | None:
        """The next answer that somebody still waits for; None: there is none in so many seconds."""
        try:
            answer = self._answers.get(timeout=max(wait_s, 0.0))
        except queue.Empty:
            return None
        return answer if self._futures.pop(answer.key, None) is not None else None

    def forget(self, keys: Iterable[str]) -> None:
        """Wait for these answers no longer. If they come all the same, nobody hears them."""
        futures = [future for key in keys if (future := self._futures.pop(key, None)) is not None]
        if futures and self._client.status == "running":
            self._client.cancel(futures)

    def _forget_all(self) -> None:
        self.forget(list(self._futures))

    def call(self, addresses: Sequence[str], function: Callable[..., Any], *args: object) -> None:
        """Have these workers call `function` at once, whatever they are doing; no answer is no error."""
        with suppress(OSError, ClosedClientError):
            if addresses and self._client.status == "running":
                self._client.run(function, *args, workers=list(addresses), on_error="ignore")


@contextmanager
def _client(address: str, patience_s: float) -> Iterator[Client]:
    try:
        host_port: Any = get_address_host_port(address, strict=True)
        socket.create_connection(host_port, timeout=CONNECT_S).close()
        client = Client(address, timeout=patience_s, set_as_default=False)
    except (OSError, ValueError) as error:
        raise StudyError(
            f"no Dask scheduler answers at {address} ({one_line(error)}). An address looks like tcp://10.0.0.1:8786; "
            "`dask scheduler` starts one and prints it"
        ) from error
    with client:
        yield client


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask's own log says nothing meanwhile: what matters is told elsewhere."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
