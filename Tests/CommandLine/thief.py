"""Loses replies between the command line and its broker, or alters them."""

import itertools
import socket
import threading


class Thief:
    """Stands between client and broker and steals replies to one operation, `count` times: by silence, or by hanging up.
    With `forges`, (these bytes, those of the same length), it lets altered replies through."""

    numbers = itertools.count()

    def __init__(self, session, opcode=0, count=0, hangs_up=False, forges=(b"", b"")):
        self.forges = forges
        self.session, self.opcode, self.left, self.hangs_up = session, opcode, count, hangs_up
        self.path = session.path(f"thief-{next(Thief.numbers)}.sock")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            client, _ = self.listener.accept()
            broker = socket.socket(socket.AF_UNIX)
            broker.connect(self.session.socket)
            threading.Thread(target=self.carry, args=(client, broker), daemon=True).start()
            threading.Thread(target=self.filter, args=(broker, client), daemon=True).start()

    @staticmethod
    def hang_up(*sockets):
        for each in sockets:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def carry(self, source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        self.hang_up(source, sink)

    def filter(self, source, sink):
        buffer = b""
        try:
            while data := source.recv(65536):
                buffer += data
                while len(buffer) >= 16 and len(buffer) >= (length := int.from_bytes(buffer[:4], "little")):
                    frame, buffer = buffer[:length], buffer[length:]
                    if frame[4] == self.opcode and self.left > 0:
                        self.left -= 1
                        if self.hangs_up:
                            self.hang_up(source, sink)
                            return
                        continue
                    sink.sendall(frame.replace(*self.forges) if self.forges[0] else frame)
        except OSError:
            pass
        self.hang_up(source, sink)

    @property
    def environment(self):
        return {"TURNPIKE_BROKER": "unix:" + self.path}
