"""Noun: a transport that records; it passes requests and answers on unchanged, and tells a recorder of each attempt."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing, contextmanager, suppress
from functools import cache
from importlib import import_module
from typing import Any

from makegood.hooks.calls import IDS
from makegood.hooks.recorder import Recorder
from makegood.hooks.seen import Asking, Seen

# httpx2 and httpx have the same shape; which of them is meant is told by the client or the transport itself.
LIBRARIES = ("httpx2", "httpx")
_PATIENCE = 0.1  # seconds for the name of a refusal that the caller does not read, and again for its last piece


class Recording:
    """A transport around another, for clients with and without `async`; what is not of recording is the other's.

    `heard` and `heard_async` are the streams that its answers get, of the library that it is of itself.
    """

    heard: type[Heard]
    heard_async: type[HeardAsync]

    def __init__(self, inner: Any, recorder: Recorder) -> None:
        self.inner, self.recorder = inner, recorder

    def __getattr__(self, name: str) -> Any:
        return _of(self.__dict__.get("inner"), name)

    def __enter__(self) -> Any:
        self.inner.__enter__()
        return self

    def __exit__(self, *fault: Any) -> Any:
        return self.inner.__exit__(*fault)

    async def __aenter__(self) -> Any:
        await self.inner.__aenter__()
        return self

    async def __aexit__(self, *fault: Any) -> Any:
        return await self.inner.__aexit__(*fault)

    def close(self) -> None:
        """Close the transport within."""
        self.inner.close()

    async def aclose(self) -> None:
        """Close the transport within."""
        await self.inner.aclose()

    def handle_request(self, request: Any) -> Any:
        """Send one request; one attempt."""
        seen = self._begun(request)
        if seen is None:
            return self.inner.handle_request(request)
        try:
            response = self.inner.handle_request(request)
        except BaseException as fault:
            _tell(seen, seen.broke, fault)
            raise
        return _heard(seen, request, response, self.heard)

    async def handle_async_request(self, request: Any) -> Any:
        """Send one request; one attempt."""
        seen = self._begun(request)
        if seen is None:
            return await self.inner.handle_async_request(request)
        try:
            response = await self.inner.handle_async_request(request)
        except BaseException as fault:
            _tell(seen, seen.broke, fault)
            raise
        return _heard(seen, request, response, self.heard_async)

    def _begun(self, request: Any) -> Seen | None:
        try:
            url = request.url
            asking = Asking(url.host, url.raw_path.decode("latin-1"), request.headers.raw, _body(request))
            return Seen(self.recorder, IDS.next(), asking)
        except Exception as fault:
            self.recorder.trouble(fault)
            return None


class _Hearing:
    """The bytes of an answer on their way to the caller."""

    def __init__(self, inner: Any, seen: Seen, request: Any) -> None:
        self._inner, self._seen, self._request = inner, seen, request

    def __getattr__(self, name: str) -> Any:
        return _of(self.__dict__.get("_inner"), name)

    @contextmanager
    def _impatient(self) -> Iterator[Callable[[], bool]]:
        """Wait a moment only for what the caller does not wait for at all; yields whether the moment has passed."""
        last = time.monotonic() + _PATIENCE
        extensions = self._request.extensions
        before = extensions.get("timeout")
        extensions["timeout"] = {**(before or {}), "read": _PATIENCE}
        try:
            with suppress(Exception):
                yield lambda: time.monotonic() > last
        finally:
            extensions["timeout"] = before or {}

    def _may_read_on(self) -> bool:
        """Only these read within the time that they are told."""
        return type(self._inner).__module__.partition(".")[0] in LIBRARIES


class Heard(_Hearing):
    """Of a client without `async`."""

    def __iter__(self) -> Iterator[bytes]:
        seen, feed = self._seen, self._seen.feed
        try:
            for chunk in self._inner:
                feed(chunk)
                yield chunk
        except GeneratorExit:
            raise
        except BaseException as fault:
            _tell(seen, seen.broke, fault)
            raise
        _tell(seen, seen.ended)

    def close(self) -> None:
        """Close the answer; a refusal that nobody read is read first, for its name."""
        try:
            if self._seen.unread_refusal and self._may_read_on():
                with self._impatient() as late:
                    for chunk in self._inner:
                        self._seen.feed(chunk)
                        if late():
                            break
        finally:
            try:
                self._inner.close()
            finally:
                if not self._seen.done:
                    _tell(self._seen, self._seen.closed)


class HeardAsync(_Hearing):
    """Of a client with `async`."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        seen, feed, stream = self._seen, self._seen.feed, self._inner.__aiter__()
        try:
            async for chunk in stream:
                feed(chunk)
                yield chunk
        except BaseException as fault:
            if not isinstance(fault, GeneratorExit):
                _tell(seen, seen.broke, fault)
            if isinstance(stream, AsyncGenerator):  # one that has ended by itself is closed
                await stream.aclose()
            raise
        _tell(seen, seen.ended)

    async def aclose(self) -> None:
        """Close the answer; a refusal that nobody read is read first, for its name."""
        try:
            if self._seen.unread_refusal and self._may_read_on():
                with self._impatient() as late:
                    async with aclosing(self._inner.__aiter__()) as stream:
                        async for chunk in stream:
                            self._seen.feed(chunk)
                            if late():
                                break
        finally:
            try:
                await self._inner.aclose()
            finally:
                if not self._seen.done:
                    _tell(self._seen, self._seen.closed)


def recording(inner: Any, recorder: Recorder, library: str) -> Any:
    """A recording transport of this library around another."""
    return _transport_class(library)(inner, recorder)


def library_of(one: object) -> str | None:
    """Which of LIBRARIES an object is of, by its classes; None for neither."""
    modules = [base.__module__.partition(".")[0] for base in type(one).__mro__]
    return next((library for library in LIBRARIES if library in modules), None)


def _heard(seen: Seen, request: Any, response: Any, kind: type[_Hearing]) -> Any:
    _tell(seen, seen.answered, response.status_code, response.headers.raw)
    if response.is_closed:  # made whole at once, as by a transport for tests
        _tell(seen, seen.whole, response.content)
        return response
    response.stream = kind(response.stream, seen, request)
    return response


def _of(inner: Any, name: str) -> Any:
    """What belongs to the one within; copies ask before they have one."""
    if inner is None:
        raise AttributeError(name)
    return getattr(inner, name)


def _body(request: Any) -> bytes | None:
    try:
        return request.content  # type: ignore[no-any-return]
    except Exception:  # a body that is made while it is sent cannot be read twice
        return None


def _tell(seen: Seen, step: Callable[..., None], *what: Any) -> None:
    try:
        step(*what)
    except Exception as fault:
        seen.recorder.trouble(fault)


@cache
def _transport_class(library: str) -> type[Recording]:
    """The library looks at the classes of transports and of streams, and some callers at that of the transport."""
    module = import_module(library)
    streams = {
        "heard": type("Heard", (Heard, module.SyncByteStream), {}),
        "heard_async": type("HeardAsync", (HeardAsync, module.AsyncByteStream), {}),
    }
    return type("Recording", (Recording, module.BaseTransport, module.AsyncBaseTransport), streams)
