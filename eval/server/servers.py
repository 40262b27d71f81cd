"""What the checks of the server share: their packages, and programs that answer over HTTP while they are needed."""

import argparse
import os
import pathlib
import re
import resource
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "speech"))
import environment  # noqa: E402

# What a login shell gives a program, and systemd a service: open files that it may have at a time.
USUAL_FILES = 1024


def tools():
    """The folder of the programs that the packages bring; they are installed on the first call."""
    return environment.python_with(HERE / "requirements.txt", environment.cache_folder() / "venv-server").parent


def continue_among_packages():
    """Starts the calling script again with the interpreter that has the packages, unless that is running already."""
    python = tools() / "python"
    if pathlib.Path(sys.prefix).resolve() != python.parent.parent.resolve():
        os.execv(python, [str(python), *sys.argv])


def arguments_of(documentation):
    """A parser of arguments that every script has."""
    parser = argparse.ArgumentParser(description=documentation, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=pathlib.Path)
    parser.add_argument("--onrecord", default="onrecord")
    return parser


class Server:
    """A program that answers over HTTP. It is ended, by its number, when the block is left."""

    def __init__(self, command, address=None, answers="/", files=None):
        limits = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))) if files else None
        self.process = subprocess.Popen(
            [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=limits
        )
        self.said = []
        self.address = address
        for stream in (self.process.stdout, self.process.stderr):
            threading.Thread(target=self._listen, args=[stream], daemon=True).start()
        self._await(answers)

    def _listen(self, stream):
        for line in stream:
            self.said.append(line)

    def _await(self, path):
        until = time.monotonic() + 30
        while time.monotonic() < until and self.process.poll() is None:
            found = re.search(r"http://[0-9.:]+", "".join(self.said))
            self.address = self.address or (found and found[0])
            try:
                if self.address and urllib.request.urlopen(self.address + path, timeout=10).status == 200:
                    return
            except (urllib.error.URLError, ConnectionError):
                pass
            time.sleep(0.1)
        self.close()
        sys.exit(f"{self.process.args[0]} does not answer: {''.join(self.said)}")

    @property
    def is_running(self):
        return self.process.poll() is None

    def memory(self):
        """Resident memory in MB: all, its own, that of files."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return tuple(int(re.search(rf"^{name}:\s+(\d+) kB", status, re.M)[1]) / 1024 for name in ("VmRSS", "RssAnon", "RssFile"))

    def processor(self):
        """Processor seconds so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def open_files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def onrecord(arguments, files=None):
    """The server of an archive."""
    command = [arguments.onrecord, "serve", "--port", "0", "--archive", arguments.archive]
    return Server(command, answers="/api/v1/status", files=files)
