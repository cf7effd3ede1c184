"""An SMTP server in a thread: takes mail, refuses it, or breaks off, as a test says."""

import contextlib
import email
import email.policy
import socketserver
import threading


class Postbox(socketserver.ThreadingTCPServer):
    """got: [(recipient, EmailMessage)]; refuse: an answer given to RCPT instead of 250; break_off: hang up at DATA."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Talk)
        self.got = []
        self.refuse = ""
        self.break_off = False

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class _Talk(socketserver.StreamRequestHandler):
    def handle(self):
        self._say("220 postbox")
        recipient = ""
        for raw in self.rfile:
            verb, _, rest = raw.decode().strip().partition(" ")
            if verb.upper() == "QUIT":
                return self._say("221 bye")
            if verb.upper() == "RCPT" and self.server.refuse:
                self._say(self.server.refuse)
                continue
            if verb.upper() == "DATA":
                if self.server.break_off:
                    return None
                self._say("354 go on")
                self._take(recipient)
            recipient = rest.partition("<")[2].rstrip(">") if verb.upper() == "RCPT" else recipient
            self._say("250 ok")
        return None

    def _take(self, recipient):
        lines = []
        for raw in self.rfile:
            if raw == b".\r\n":
                break
            lines.append(raw[1:] if raw.startswith(b"..") else raw)
        self.server.got.append((recipient, email.message_from_bytes(b"".join(lines), policy=email.policy.default)))

    def _say(self, text):
        self.wfile.write(text.encode() + b"\r\n")


@contextlib.contextmanager
def postbox():
    server = Postbox()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
