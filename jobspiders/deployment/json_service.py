"""Base of our web services: checked fields in, JSON out, and no error that is not one line of JSON."""

from __future__ import annotations

import logging
from typing import Any, ClassVar
from urllib.parse import urlsplit

import orjson
from twisted.internet.defer import ensureDeferred
from twisted.python.failure import Failure
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET

from jobspiders.deployment.launcher import Launcher
from jobspiders.deployment.node import DATABASE_ERRORS, Node
from jobspiders.deployment.plain_names import RefusedError, plain_name

logger = logging.getLogger(__name__)

Answer = dict[str, Any]


class Form:
    """The fields of a call, as text. Reading takes a field out; what is left at the end was not asked for."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        self.fields = fields

    def name(self, field: str) -> str:
        """A plain name that must be given. Raises RefusedError."""
        found = self.optional_name(field)
        if found is None:
            raise RefusedError(f"'{field}' parameter is required")
        return found

    def optional_name(self, field: str) -> str | None:
        """A plain name that may be given. Raises RefusedError."""
        text = self.text(field)
        return None if text is None else plain_name(field, text)

    def text(self, field: str) -> str | None:
        """A text that may be given, once. Raises RefusedError."""
        values = self.fields.pop(field, [])
        if len(values) > 1:
            raise RefusedError(f"'{field}' is given {len(values)} times")
        return values[0].strip() if values and values[0].strip() else None


class JsonService(Resource):
    """A service has ``get`` or ``post``. Refusals have status 200, as Scrapyd's own and its clients expect."""

    isLeaf = True
    #: Fields that are not text.
    binary: ClassVar[tuple[str, ...]] = ()

    def __init__(self, root: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Twisted
        self.root = root

    @property
    def launcher(self) -> Launcher:
        """What runs here."""
        return self.root.launcher  # type: ignore[no-any-return]  # Scrapyd is untyped

    @property
    def node(self) -> Node:
        """This node."""
        return self.launcher.node

    def project(self, name: str) -> str:
        """``name`` where there is such a project. Raises RefusedError."""
        if name not in self.root.poller.queues:
            raise RefusedError(f"project '{name}' not found")
        return name

    def render(self, request: Any) -> int | bytes:
        """Twisted asks for the answer."""
        method = request.method.decode("latin-1").upper()
        handler = getattr(self, "get" if method == "HEAD" else method.lower(), None)
        if method not in ("GET", "HEAD", "POST") or handler is None:
            request.setHeader("Allow", ", ".join(self._methods()))
            return self._write(request, {"status": "error", "message": f"not by {method}"}, code=405)
        try:
            _check_origin(request)
            form = self._form(request)
        except RefusedError as error:
            return self._write(request, {"status": "error", "message": str(error)})
        answering = ensureDeferred(handler(form))
        gone = request.notifyFinish()
        gone.addErrback(lambda _: answering.cancel())
        answering.addCallback(lambda answer: {**answer, "status": "ok"})
        answering.addErrback(self._refusal)
        answering.addCallback(lambda answer: self._finish(request, answer))
        answering.addErrback(lambda failure: logger.error("%s", failure.getTraceback()))
        return NOT_DONE_YET

    def _methods(self) -> list[str]:
        return [name for name, handler in (("GET", "get"), ("POST", "post")) if hasattr(self, handler)]

    def _form(self, request: Any) -> Form:
        fields = {}
        for name, values in (request.args or {}).items():
            try:
                text = name.decode()
                fields[text] = [
                    value.decode("latin-1") if text in self.binary else value.decode() for value in values
                ]
            except UnicodeDecodeError:
                raise RefusedError(f"'{name.decode(errors='replace')}' is not UTF-8") from None
        return Form(fields)

    def _refusal(self, failure: Failure) -> Answer:
        error = failure.value
        if isinstance(error, RefusedError):
            message = str(error)
        elif isinstance(error, DATABASE_ERRORS):
            message = f"the queue is out of reach: {self.node.one_line(error)}"
        else:
            logger.error("A call failed: %s", failure.getTraceback())
            message = f"{type(error).__name__}: {error}"
        return {"status": "error", "message": message}

    def _finish(self, request: Any, answer: Answer) -> None:
        if not request._disconnected:
            request.write(self._write(request, answer))
            request.finish()

    def _write(self, request: Any, answer: Answer, code: int = 200) -> bytes:
        body = orjson.dumps({**answer, "node_name": self.root.node_name}) + b"\n"
        request.setResponseCode(code)
        request.setHeader("Content-Type", "application/json")
        request.setHeader("Content-Length", str(len(body)))
        return b"" if request.method == b"HEAD" else body


def _check_origin(request: Any) -> None:
    """A browser that is logged in here must not be made to call us by other sites' pages. Raises RefusedError."""
    origin = request.getHeader("Origin")
    if origin and urlsplit(origin).netloc.lower() != (request.getHeader("Host") or "").lower():
        raise RefusedError(f"not from pages of {origin}")
