"""What the fleet's benchmarks share: processes of the fleet, and many streams on one thread."""
import asyncio, json, os, re, signal, socket, subprocess, sys, tempfile, time
from pathlib import Path

root = Path(__file__).resolve().parent.parent
gleaner = os.environ.get("GLEANER", str(root / ".build/release/gleaner"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Program:
    """One of ours, which says on standard output when it is ready."""

    def __init__(self, folder, name, *arguments, ready=r"http://[^: /]+:\d+"):
        self.arguments, self.ready = [gleaner, *arguments], ready
        self.log = open(f"{folder}/{name}.log", "ab")
        environment = dict(os.environ, GLEANER_DATABASE=f"{folder}/ledger.db")
        self.environment = environment
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            self.arguments, stdout=subprocess.PIPE, stderr=self.log, env=self.environment, text=True)
        return self

    def wait_until_ready(self):
        for line in self.process.stdout:
            found = re.search(self.ready, line)
            if found:
                self.address = found[0]
                return self
        sys.exit(f"a program ended before it was ready: {' '.join(self.arguments)}")

    def kill(self, way):
        self.process.send_signal(way)
        self.process.wait()

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_bytes(self):
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Stream(asyncio.Protocol):
    """One streamed answer: bytes as they came, with the time of each part. Parsed when all is over."""

    def __init__(self, body, path="/v1/completions"):
        text = json.dumps(body).encode()
        self.request = (
            f"POST {path} HTTP/1.1\r\nhost: gateway\r\ncontent-type: application/json\r\n"
            f"content-length: {len(text)}\r\nconnection: close\r\n\r\n").encode() + text
        self.parts, self.end = [], asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.transport, self.began = transport, time.monotonic()
        transport.write(self.request)

    def data_received(self, data):
        self.parts.append((time.monotonic(), data))

    def connection_lost(self, error):
        if not self.end.done():
            self.end.set_result(None)

    def is_accepted(self):
        return bool(self.parts) and self.parts[0][1].startswith(b"HTTP/1.1 200 ")

    def events(self):
        """(time, JSON) of each event; the stream's [DONE] is None."""
        text, times = b"", []
        for moment, data in self.parts:
            text += data
            times.append((len(text), moment))
        place, at = 0, 0
        # Chunked encoding puts sizes between the events, never inside: each write is one chunk.
        for found in re.finditer(rb"data: (.*)\n\n", text):
            while times[at][0] < found.end():
                at += 1
            yield times[at][1], (None if found[1] == b"[DONE]" else json.loads(found[1]))


async def run_streams(address, bodies, spread=0.0):
    """Asks for all at once, or spread over so many seconds, and waits for the last."""
    host, port = address.removeprefix("http://").split(":")
    loop, streams = asyncio.get_running_loop(), []
    for number, body in enumerate(bodies):
        _, stream = await loop.create_connection(lambda: Stream(body), host, int(port))
        streams.append(stream)
        if spread:
            await asyncio.sleep(spread / len(bodies))
    return streams


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))] if values else float("nan")
