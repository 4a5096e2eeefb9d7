"""A small HTTP server on loopback that serves one file in every wrong way there is.

The first part of the path says how: ``{server.base}/cut/any_name.npz``.
"""

import threading
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LOGIN_PAGE = b"<html>Welcome to the network of this hotel! Please log in.</html>"


class MisbehavingServer:
    def __init__(self, content: bytes) -> None:
        self.content = content
        self.requests = Counter()
        self.user_agents = []
        self.released = threading.Event()
        self.half_sent = threading.Event()
        self.two_clients = threading.Barrier(2)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.base = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "MisbehavingServer":
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.released.set()
        self.two_clients.abort()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.owner = self.server.owner
        manner = self.path.split("/")[1]
        self.owner.requests[manner] += 1
        self.owner.user_agents.append(self.headers["User-Agent"])
        name, _, number = manner.partition("-")
        answer = getattr(self, f"_{name}")
        with suppress(BrokenPipeError, ConnectionResetError):  # a client may go away
            answer(int(number)) if number else answer()

    def log_message(self, *_):
        pass

    def _send(self, body, *, status=200, length=None, **headers):
        self.send_response(status)
        if length is not False:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _good(self):
        self._send(self.owner.content)

    def _status(self, number):
        self._send(b"sorry", status=number)

    def _flaky(self, bad_answers):
        if self.owner.requests[f"flaky-{bad_answers}"] <= bad_answers:
            self._status(503)
        else:
            self._good()

    def _picky(self):
        """Be like the official server: no answer for a bare browser or library."""
        self._good() if self.headers["User-Agent"].startswith("medtutor/") else self._status(403)

    def _cut(self):
        half = self.owner.content[: len(self.owner.content) // 2]
        self._send(half, length=len(self.owner.content))

    def _unmeasured(self):
        """Cut the file off without having said how long it is."""
        self._send(self.owner.content[: len(self.owner.content) // 2], length=False)

    def _login(self):
        self._send(LOGIN_PAGE)

    def _flipped(self):
        """Serve the right length with one wrong bit."""
        body = bytearray(self.owner.content)
        body[len(body) // 2] ^= 1
        self._send(bytes(body))

    def _mute(self):
        self.owner.released.wait(30)

    def _stalled(self):
        self._cut()
        self.owner.half_sent.set()
        self.owner.released.wait(30)

    def _slam(self):
        self.connection.close()

    def _moved(self):
        self._send(b"", status=302, Location="/good/elsewhere.npz")

    def _endless(self):
        self._send(b"", length=10**18)

    def _together(self):
        """Answer only when a second client has asked, so that both download at once."""
        self.owner.two_clients.wait(60)
        self._good()
