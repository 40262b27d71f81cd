"""Requests that are meant to hold up the server, while somebody else goes on searching."""

import asyncio
import collections
import random
import resource
import time
import urllib.parse

import aiohttp
import servers

HOST = b"Host: localhost\r\n"
SLOW = 300
SLOW_SECONDS = 40
BURST = 2_000
LARGE = 50_000_000
LONG = 1_000_000
# More than a program may usually have files open: who only connects must not lock out the others.
SILENT = 1_100
# An answer that a person waits for.
LONGEST_ANSWER = 5
PATIENCE = 65


class Watch:
    """An ordinary reader: a search four times a second, over a new connection, while something else goes on."""

    def __init__(self, server, queries):
        self.server, self.queries = server, queries
        self.statuses, self.slowest, self.own = collections.Counter(), 0.0, 0.0
        self.running = True

    async def search(self):
        url = f"{self.server.address}/api/v1/search?q={urllib.parse.quote(random.choice(self.queries))}&mode=words&limit=10"
        begun = time.monotonic()
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session, session.get(url) as response:
                await response.read()
                status = response.status
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            status = type(error).__name__
        return status, time.monotonic() - begun

    async def run(self):
        while self.running:
            status, took = await self.search()
            self.statuses[status] += 1
            self.slowest = max(self.slowest, took)
            if self.server.is_running:
                self.own = max(self.own, self.server.memory()[1])
            await asyncio.sleep(0.25)


async def send_and_read(server, begin, body=(), pause=0.0):
    """The status of a request that is sent by hand. An answer may come before all is sent; then the rest is kept."""
    host, port = server.address.removeprefix("http://").split(":")
    try:
        reader, writer = await asyncio.open_connection(host, int(port))
    except OSError as error:
        return type(error).__name__
    answered = asyncio.create_task(reader.readline())
    try:
        writer.write(begin)
        for part in body:
            await asyncio.sleep(pause)
            if answered.done():
                break
            writer.write(part)
            await writer.drain()
    except ConnectionError:
        pass
    try:
        line = await asyncio.wait_for(answered, PATIENCE)
        return int(line.split()[1]) if line else "closed"
    except ConnectionError:
        return "closed"
    except TimeoutError:
        return "no answer"
    finally:
        answered.cancel()
        writer.close()


async def slow_clients(server, _):
    """300 connections, each with a byte of a header a second: the server should close them."""
    begin = b"GET / HTTP/1.1\r\n" + HOST + b"X-Slow: "
    drops = (b"a" for _ in iter(int, 1))
    tasks = [asyncio.create_task(send_and_read(server, begin, drops, 1.0)) for _ in range(SLOW)]
    done, open_still = await asyncio.wait(tasks, timeout=SLOW_SECONDS)
    for task in open_still:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    statuses = collections.Counter(task.result() for task in done)
    statuses[f"open after {SLOW_SECONDS} s"] = len(open_still)
    return statuses, {408, "closed"}


async def silent_clients(server, _):
    """1,100 connections that say nothing, more than the server may have files open."""
    host, port = server.address.removeprefix("http://").split(":")
    opened = await asyncio.gather(*(asyncio.open_connection(host, int(port)) for _ in range(SILENT)), return_exceptions=True)
    await asyncio.sleep(15)
    connections = [connection for connection in opened if not isinstance(connection, BaseException)]
    closed = sum(reader.at_eof() for reader, _ in connections)
    for _, writer in connections:
        writer.close()
    return collections.Counter({"closed": closed, "open": len(connections) - closed, "not let in": SILENT - len(connections)}), None


async def burst(server, queries):
    """2,000 searches at once, each over a connection of its own: answered, or turned away with 503 at once."""
    begins = [
        f"GET /api/v1/search?q={urllib.parse.quote(random.choice(queries))}&mode=words&limit=10 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        for _ in range(BURST)
    ]
    return collections.Counter(await asyncio.gather(*(send_and_read(server, begin.encode()) for begin in begins))), {200, 503}


async def large_bodies(server, _):
    """Bodies of 50 MB, with and without saying so beforehand, to all that takes bodies."""
    part = b"x" * 65_536
    kind = b"Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"
    asked = []
    for path in (b"/api/v1/check-article", b"/mcp", b"/api/v1/search"):
        begin = b"POST " + path + b" HTTP/1.1\r\n" + HOST + kind
        parts = LARGE // len(part)
        said = begin + f"Content-Length: {parts * len(part)}\r\n\r\n".encode()
        chunk = f"{len(part):x}\r\n".encode() + part + b"\r\n"
        asked += [send_and_read(server, said, (part for _ in range(parts))) for _ in range(2)]
        asked += [send_and_read(server, begin + b"Transfer-Encoding: chunked\r\n\r\n", (chunk for _ in range(parts))) for _ in range(2)]
    return collections.Counter(await asyncio.gather(*asked)), {405, 413, "closed"}


async def long_queries(server, _):
    """Addresses of 1 MB."""
    begin = b"GET /api/v1/search?q=" + b"a" * LONG + b" HTTP/1.1\r\n" + HOST + b"\r\n"
    return collections.Counter(await asyncio.gather(*(send_and_read(server, begin) for _ in range(50)))), {400, 414, 431, "closed"}


async def costly_queries(server, queries):
    """32 queries of 200 frequent words, a hundred hits each, over and over for ten seconds."""
    words = [word for query in queries for word in query.replace('"', "").split()]
    until = time.monotonic() + 10
    statuses = collections.Counter()

    async def client():
        while time.monotonic() < until:
            query = urllib.parse.quote(" ".join(random.choices(words, k=200)))
            begin = f"GET /api/v1/search?q={query}&limit=100&context=20 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            statuses[await send_and_read(server, begin.encode())] += 1

    await asyncio.gather(*(client() for _ in range(32)))
    return statuses, {200, 400, 503}


async def costly_articles(server, queries):
    """Four articles with a hundred quotations each: the most that one request may ask."""
    words = [word for query in queries for word in query.replace('"', "").split()]
    article = "".join(f'"The {" ".join(random.choices(words, k=20))}," the minister said.\n\n' for _ in range(100))
    body = ('{"text": "' + article.replace('"', '\\"').replace("\n", "\\n") + '"}').encode()
    begin = b"POST /api/v1/check-article HTTP/1.1\r\n" + HOST + f"Content-Length: {len(body)}\r\n\r\n".encode() + body
    return collections.Counter(await asyncio.gather(*(send_and_read(server, begin) for _ in range(4)))), {200, 503}


ATTACKS = (slow_clients, burst, large_bodies, long_queries, costly_queries, costly_articles, silent_clients)


async def under(attack, server, queries):
    """One attack, with an ordinary reader beside it and behind it; what is wrong."""
    watch = Watch(server, queries)
    watching = asyncio.create_task(watch.run())
    begun = time.monotonic()
    statuses, allowed = await attack(server, queries)
    took = time.monotonic() - begun
    watch.running = False
    await watching
    broken = [f"answered with {status}" for status in statuses if allowed is not None and statuses[status] and status not in allowed]
    broken += [f"a search meanwhile: {count} times {status}" for status, count in watch.statuses.items() if status not in (200, 503)]
    if watch.slowest > LONGEST_ANSWER:
        broken.append(f"a search took {watch.slowest:.1f} s meanwhile")
    if not server.is_running:
        return broken + ["the server ended"], True
    for _ in range(20):
        status, took_after = await watch.search()
        if status == 200 and took_after < 1:
            break
        await asyncio.sleep(1)
    else:
        broken.append(f"20 s afterwards a search: {status} after {took_after:.1f} s")
    told = ", ".join(f"{count} {status}" for status, count in statuses.items() if count)
    meanwhile = ", ".join(f"{count} {status}" for status, count in watch.statuses.items())
    print(f"\n{attack.__doc__.split(':')[0].strip('.')}\n  {took:.1f} s; answers: {told}")
    print(f"  searches meanwhile: {meanwhile}, the slowest {watch.slowest:.2f} s; afterwards: {status} after {took_after * 1000:.0f} ms")
    print(f"  memory of its own: at most {watch.own:.0f} MB, {server.memory()[1]:.0f} MB afterwards; files open: {server.open_files()}", flush=True)
    return [f"{attack.__name__}: {what}" for what in broken], False


async def all_of(arguments, queries):
    broken = []
    with servers.onrecord(arguments, files=servers.USUAL_FILES) as server:
        print(f"memory of its own: {server.memory()[1]:.0f} MB before")
        for attack in ATTACKS:
            found, is_over = await under(attack, server, queries)
            broken += found
            if is_over:
                break
    print()
    return broken


def run(arguments, queries):
    """What the server did not stand."""
    random.seed(1)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return asyncio.run(all_of(arguments, queries))
