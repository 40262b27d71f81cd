#!/usr/bin/env python3
"""Measures how many searches a second the server answers and how long they take, beside Datasette in the same run.

    load.py ARCHIVE [--onrecord PROGRAM] [--clients 1 8 50] [--seconds 20] [--queries FILE] [--check]
    load.py ARCHIVE [--onrecord PROGRAM] --attack

Each client asks the next of the queries (fifty in `queries.txt`) as soon as the one before is answered, over a connection that
stays open. onrecord is asked by words for ten passages. Datasette is asked for ten passages with their documents' titles, by BM25,
once for passages with all words and once for passages with any of them: onrecord finds passages that lack a word, too, which
only the second does. onrecord gives an answer again to who asks the same within half a minute: it is asked once with each query
in capitals and small letters that were not asked before, which changes nothing but that, and once with the same ones again. The
machine is shared by the one who asks and the one who answers, for all alike.

--check   ends with 1 if the aims are missed: 5 times Datasette's requests a second (all words) at a lower 95th percentile,
          no error, less than 300 MB of memory that is no file
--attack  slow clients, bursts, large bodies, long queries, costly ones (attack.py)
"""
import asyncio
import collections
import itertools
import os
import pathlib
import sys
import time
import urllib.parse

import servers

servers.continue_among_packages()

import aiohttp  # noqa: E402
import attack  # noqa: E402
import datasette_peer  # noqa: E402

LEAST_RATIO = 5
MOST_MEGABYTES = 300
Run = collections.namedtuple("Run", "name clients rate half most_of slowest errors processor own")


def at(sorted_times, part):
    return sorted_times[min(len(sorted_times) - 1, int(len(sorted_times) * part))] if sorted_times else float("nan")


async def ask(session, url, times, errors):
    begun = time.perf_counter()
    try:
        async with session.get(url) as response:
            body = await response.read()
        # An empty list of Datasette is `[]`.
        is_answered = response.status == 200 and len(body) >= 2
        fault = None if is_answered else str(response.status)
    except (aiohttp.ClientError, TimeoutError) as error:
        fault = type(error).__name__
    times.append(time.perf_counter() - begun)
    if fault:
        errors[fault] += 1


def cased(query, number):
    """The query with its letters small or capital by the bits of a number."""
    bits = f"{number:b}"[::-1]
    letters = (place for place, character in enumerate(query) if character.isalpha())
    capital = {place for place, bit in zip(letters, bits) if bit == "1"}
    return "".join(character.upper() if place in capital else character.lower() for place, character in enumerate(query))


async def measure(name, server, urls, warm, clients, seconds):
    """One row of the table."""
    times, errors = [], collections.Counter()
    warm = [next(urls) for _ in range(warm)]
    connector = aiohttp.TCPConnector(limit=clients)
    # Neither is asked to compress: Datasette can't.
    headers = {"Accept-Encoding": "identity"}
    limit = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(connector=connector, headers=headers, timeout=limit) as session:
        for url in warm:
            await ask(session, url, [], errors)
        processor, own, begun = server.processor(), time.process_time(), time.monotonic()

        async def client():
            while time.monotonic() - begun < seconds:
                await ask(session, next(urls), times, errors)

        await asyncio.gather(*(client() for _ in range(clients)))
        took = time.monotonic() - begun
        processor, own = server.processor() - processor, time.process_time() - own
    times.sort()
    return Run(name, clients, len(times) / took, at(times, 0.5), at(times, 0.95), at(times, 0.99), errors, processor / len(times), own / took)


def row(run):
    milliseconds = "".join(f"{value * 1000:9.1f}" for value in (run.half, run.most_of, run.slowest))
    faults = ", ".join(f"{count} {fault}" for fault, count in run.errors.items()) or "0"
    print(f"{run.name:22}{run.clients:8}{run.rate:12.1f}{milliseconds}{run.processor * 1000:12.2f}{run.own:10.0%}  {faults}", flush=True)


def memory(name, server):
    resident, own, of_files = server.memory()
    print(f"{name:34} resident {resident:6.0f} MB: {own:6.0f} MB of its own, {of_files:6.0f} MB of files", flush=True)
    return own


async def compare(arguments, queries):
    base = datasette_peer.table(arguments)
    broken = []
    with servers.onrecord(arguments) as ours, datasette_peer.serve(base) as theirs:
        search = f"{ours.address}/api/v1/search?mode=words&limit=10&q="
        anew = (search + urllib.parse.quote(cased(query, number)) for number in itertools.count() for query in queries)
        asked = {
            "onrecord": (ours, anew),
            "onrecord, asked again": (ours, itertools.cycle([search + urllib.parse.quote(query) for query in queries])),
        }
        for name, between in (("Datasette, all words", " "), ("Datasette, any word", " OR ")):
            texts = [urllib.parse.quote(datasette_peer.expression(query, between)) for query in queries]
            asked[name] = (theirs, itertools.cycle([f"{theirs.address}/passages/search.json?_shape=array&text={text}" for text in texts]))
        for name, server in (("onrecord", ours), ("Datasette", theirs)):
            memory(f"{name}, before", server)
        print(f"\n{'':22}{'clients':>8}{'requests/s':>12}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'cpu ms each':>12}{'asker cpu':>10}  errors")
        ratios = []
        for clients in arguments.clients:
            runs = []
            for name, (server, urls) in asked.items():
                runs.append(await measure(name, server, urls, len(queries), clients, arguments.seconds))
                row(runs[-1])
                broken += [f"{name}, {clients} clients: {dict(runs[-1].errors)}"] if runs[-1].errors else []
            ratios += [(own, other) for own in runs[:2] for other in runs[2:]]
        print()
        for own, other in ratios:
            rate, late = own.rate / other.rate, own.most_of / other.most_of
            print(f"{own.clients:3} clients: {own.name}: {rate:6.2f} times the requests a second of {other.name}, 95th percentile {late:5.2f} of its")
            if own.name == "onrecord" and other.name.endswith("all words") and (rate < LEAST_RATIO or late >= 1):
                broken.append(f"{own.clients} clients: expected at least {LEAST_RATIO} times its requests at a lower 95th percentile")
        print()
        memory("Datasette, after", theirs)
        if memory("onrecord, after", ours) > MOST_MEGABYTES:
            broken.append(f"expected less than {MOST_MEGABYTES} MB of memory of its own")
    return broken


def main():
    parser = servers.arguments_of(__doc__)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 50])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--queries", type=pathlib.Path, default=servers.HERE / "queries.txt")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--attack", action="store_true")
    arguments = parser.parse_args()
    queries = arguments.queries.read_text(encoding="utf-8").splitlines()
    print(f"{os.cpu_count()} cores, load before {os.getloadavg()[0]:.2f}")
    if arguments.attack:
        broken = attack.run(arguments, queries)
    else:
        broken = asyncio.run(compare(arguments, queries))
    print("\n".join(broken))
    sys.exit(bool(broken and (arguments.check or arguments.attack)))


if __name__ == "__main__":
    main()
