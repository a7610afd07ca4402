"""A server of the end-to-end tests: free loopback ports at its first start, ready before anybody uses it."""

import re

from process import Failure, Program, wait_until


class Server:
    """name: of its log; port_taken: what its log says of a port that somebody took meanwhile.
    Who derives has take_ports(), configure(), launch() and ready()."""

    name = ""
    port_taken = re.compile(r"address already in use|eaddrinuse", re.IGNORECASE)
    ready_seconds = 30

    def __init__(self, folder, ports, users):
        self.folder = folder
        self.ports = ports
        self.users = list(users)
        self.program = Program(self.name, folder)

    def start(self):
        """The first start; a port that somebody took meanwhile is given up for another."""
        for attempt in range(3):
            self.take_ports()
            self.configure()
            try:
                self.run()
                return self
            except Failure:
                self.program.kill()
                if attempt == 2 or not self.port_taken.search(self.program.log_tail(200)):
                    raise
        return self

    def run(self):
        self.launch()
        try:
            wait_until(self.ready, f"{self.name} ready", self.ready_seconds, self.program.alive)
        except Failure as failure:
            raise Failure(f"{failure}\n{self.program.log_tail()}") from None

    def stop(self):
        self.program.terminate()

    def restart(self):
        self.stop()
        self.run()

    def take_ports(self):
        raise NotImplementedError

    def configure(self):
        raise NotImplementedError

    def launch(self):
        raise NotImplementedError

    def ready(self):
        raise NotImplementedError
