"""A way to PostgreSQL that breaks at a COMMIT: before it arrives, or before its answer does."""

import socket
import threading
from contextlib import suppress
from typing import Literal

Break = Literal["before", "after"]


class Proxy:
    """Passes everything on, to ``port`` on this machine; ``breaks`` is how often it breaks at a COMMIT."""

    def __init__(self, port: int, where: Break, breaks: int = 1) -> None:
        self.target, self.where, self.left = port, where, breaks
        self.broken = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.target))
                cut = threading.Event()
                threading.Thread(target=self._forth, args=(client, server, cut), daemon=True).start()
                threading.Thread(target=self._back, args=(client, server, cut), daemon=True).start()

    def _forth(self, client: socket.socket, server: socket.socket, cut: threading.Event) -> None:
        with suppress(OSError):
            while part := client.recv(65536):
                if b"COMMIT\0" in part and self.left:
                    self.left -= 1
                    self.broken += 1
                    if self.where == "before":
                        break
                    cut.set()
                server.sendall(part)
        self._close(client, server)

    def _back(self, client: socket.socket, server: socket.socket, cut: threading.Event) -> None:
        with suppress(OSError):
            while part := server.recv(65536):
                if cut.is_set():  # the server has answered the COMMIT: nobody will hear
                    break
                client.sendall(part)
        self._close(client, server)

    @staticmethod
    def _close(*sides: socket.socket) -> None:
        for side in sides:
            with suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
            side.close()

    def close(self) -> None:
        """Take no one any more."""
        self.listener.close()
