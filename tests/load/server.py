"""The program, serving, for those who measure it."""

import pathlib
import re
import signal
import subprocess
import sys
import time

PRECIS = pathlib.Path(__file__).parent / "../../target/release/precis"


class Server:
    """Serves from the database of this URL for as long as it is open; `port` is where. It leaves its log in `folder`."""

    def __init__(self, url, folder, *options, program=PRECIS):
        self.log = open(folder / "log", "w+")
        command = [program, "serve", "--listen", "127.0.0.1:0", "--rate-limit", "off", "--log", "warn,precis::http::server=info"]
        self.process = subprocess.Popen([*command, "--database-url", url, *options], stderr=self.log)

    def said(self):
        """What stands in its log."""
        return pathlib.Path(self.log.name).read_text()

    def __enter__(self):
        while True:
            if found := re.search(r"address=127\.0\.0\.1:(\d+)", self.said()):
                self.port = int(found[1])
                return self
            assert self.process.poll() is None, self.said()
            time.sleep(0.01)

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        print(self.said(), end="", file=sys.stderr)
