"""A mail server that is quick and only counts: who was accepted how often, in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter


class Receiver:
    """Answers on a free port of this machine until `close`."""

    def __init__(self, delay=0.0):
        self.delay = delay
        """Seconds before each answer to a content: a relay somewhere else."""
        self.accepted = Counter()
        self.by_port = Counter()
        """How many came over each connection, by the port at its other end."""
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)
        self._thread.start()
        self._ready.wait()

    async def _serve(self):
        self._stop = asyncio.Event()
        server = await self._loop.create_server(lambda: Conversation(self), "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()

    def close(self):
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()


class Conversation(asyncio.Protocol):
    """One connection: commands as lines, contents up to the dot, answers in the order of the questions."""

    def __init__(self, receiver):
        self._receiver = receiver
        self._buffer = b""
        self._to = []
        self._content = False

    def connection_made(self, transport):
        self._transport = transport
        self._port = transport.get_extra_info("peername")[1]
        transport.write(b"220 receiver ESMTP\r\n")

    def data_received(self, data):
        self._buffer += data
        while (end := self._buffer.find(b"\r\n.\r\n" if self._content else b"\r\n")) >= 0:
            if self._content:
                self._buffer, self._content = self._buffer[end + 5 :], False
                self._receiver.accepted.update(self._to)
                self._receiver.by_port[self._port] += len(self._to)
                self._to = []
                if self._receiver.delay:
                    asyncio.get_running_loop().call_later(self._receiver.delay, self._transport.write, b"250 taken\r\n")
                else:
                    self._transport.write(b"250 taken\r\n")
            else:
                line, self._buffer = self._buffer[:end], self._buffer[end + 2 :]
                self._answer(line.decode())

    def _answer(self, line):
        verb = line[:4].upper()
        if verb == "RCPT":
            self._to.append(line.partition("<")[2].partition(">")[0])
        self._content = verb == "DATA"
        said = {"EHLO": b"250-receiver\r\n250 PIPELINING\r\n", "DATA": b"354 go on\r\n", "QUIT": b"221 bye\r\n"}
        self._transport.write(said.get(verb, b"250 ok\r\n"))
        if verb == "QUIT":
            self._transport.close()
