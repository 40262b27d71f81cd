#!/usr/bin/env python3
"""Asks every tool of the Model Context Protocol with the protocol's own Python client, on stdio and over HTTP.

    mcp_client.py ARCHIVE [--onrecord PROGRAM]

Both ways are gone through in the newest form of the protocol that both sides know, and with the older handshake. Each tool is
called with arguments that make sense for the archive, with one that does not exist, and with one of a wrong kind. Ends with 1 if
an answer is no JSON, has no document or no place where it should, is longer than 70,000 bytes, or if a mistake is not told
with a hint.
"""
import asyncio
import json
import re
import sys
import time
import urllib.request

import servers

servers.continue_among_packages()

from mcp import Client, MCPError, StdioServerParameters  # noqa: E402

MOST_BYTES = 70_000
LONGEST_SECONDS = 60
NAMES = {"search", "count", "document", "read", "cite", "quotes", "check_quote", "check_article", "stories", "story", "timeline"}
NAMES |= {"discrepancies", "reuse", "names", "people", "trends", "outlets", "status"}
# Any of these tells where something stands; articles without an address have no link.
PLACES = ("link", "start_seconds", "chars", "segment", "members", "citations")
# Lists whose entries are from documents.
LISTS = ("hits", "found", "matches", "timeline", "discrepancies", "quotations")
# What an answer that was cut advises.
LIMIT = re.compile(r"`limit` of (\d+)")


class Fault(Exception):
    """What is wrong with an answer."""


def documents_in(value):
    """All objects in an answer that name the document that they are from."""
    if isinstance(value, dict):
        own = [value] if isinstance(value.get("document"), dict) else []
        return own + [found for part in value.values() for found in documents_in(part)]
    if isinstance(value, list):
        return [found for part in value for found in documents_in(part)]
    return []


def is_placed(entry):
    """Whether an entry says where it is from: itself, or its sides, reports or citations."""
    is_missing = "verdict" in entry and entry["verdict"] is None
    return is_missing or any(any(entry_of.get(place) is not None for place in PLACES) for entry_of in documents_in(entry))


def text_of(result):
    if len(result.content) != 1 or result.content[0].type != "text":
        raise Fault(f"expected one text, found {[part.type for part in result.content]}")
    return result.content[0].text


def read_answer(result):
    text = text_of(result)
    if result.is_error:
        raise Fault(f"refused: {text}")
    size = len(text.encode())
    if size >= MOST_BYTES:
        raise Fault(f"{size} bytes")
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise Fault(f"no JSON: {error}: {text[:80]}") from error
    lists = [answer[name] for name in LISTS if isinstance(answer.get(name), list)]
    entries = [entry for listed in lists for entry in listed]
    unplaced = [entry for entry in entries if not is_placed(entry)]
    if unplaced:
        raise Fault(f"{len(unplaced)} of {len(entries)} have no document with a place: {json.dumps(unplaced[0])[:200]}")
    return answer, size, len(entries)


def pages(address, path, name):
    """All entries of a list of the API."""
    cursor = "c0"
    while cursor:
        with urllib.request.urlopen(f"{address}/api/v1/{path}limit=100&cursor={cursor}", timeout=LONGEST_SECONDS) as response:
            answer = json.load(response)
        yield from answer[name]
        cursor = answer["next"]


def longest_story(address):
    """The story that is most to read: of what is long the answers must be cut."""
    return max(pages(address, "stories?", "found"), key=lambda story: len(json.dumps(story)), default=None)


async def arguments_for(client, longest):
    """Calls that make sense for the archive, made of what it holds."""

    async def ask(tool, **arguments):
        return json.loads(text_of(await client.call_tool(tool, arguments)))

    hit = (await ask("search", q="government", limit=1))["hits"][0]
    document = hit["document"]["id"]
    stories = (await ask("stories", limit=1))["found"] + ([longest] if longest else [])
    people = (await ask("people", limit=1))["people"]
    words = " ".join(hit["text"].split()[:12]).replace('"', "")
    article = f'"{words}," the minister said on Monday.\n\n"We never said a word about purple elephants," he added.'
    calls = [
        ("search", {"q": "what did the president say about tariffs"}),
        ("search", {"q": '"prime minister" -election', "limit": 100, "context": 5}),
        ("search", {"q": "government", "group": True, "sort": "newest", "kind": "broadcast", "after": "2020-01-01"}),
        ("count", {"q": "government"}),
        ("document", {"id": document}),
        ("read", {"id": document, "limit": 1000}),
        ("read", {"id": document, "from": 0, "to": 60}),
        ("cite", {"id": document, "from": 0, "to": 2, "format": "chicago"}),
        ("quotes", {"limit": 200}),
        ("check_quote", {"words": words, "limit": 50}),
        ("check_article", {"text": article}),
        ("stories", {"limit": 100}),
        ("timeline", {"limit": 200}),
        ("discrepancies", {"limit": 200}),
        ("reuse", {"limit": 200}),
        ("names", {"limit": 200}),
        ("people", {"limit": 500}),
        ("trends", {"term": ["government", "election"], "by": "day", "per": "show"}),
        ("outlets", {}),
        ("status", {}),
    ]
    calls += [("quotes", {"speaker": person["name"]}) for person in people]
    calls += [("story", {"id": story["id"]}) for story in stories]
    calls += [("timeline", {"story": story["id"]}) for story in stories]
    return calls


async def told(client, tool, arguments):
    """What a refused call says; it is a fault if the call is not refused."""
    result = await client.call_tool(tool, arguments)
    text = text_of(result)
    if not result.is_error:
        raise Fault(f"not refused: {text[:80]}")
    return text


async def wrong(client, tool, schema):
    """A call with an argument that does not exist, and one with an argument of a wrong kind."""
    fields = schema.get("properties", {})
    needed = {name: "x" for name in schema.get("required", [])}
    text = await told(client, tool, {**needed, "no_such_argument": 1})
    if "no_such_argument" not in text or "hint: " not in text:
        raise Fault(f"an argument that does not exist, no name or hint: {text}")
    for name in fields:
        text = await told(client, tool, {**needed, name: {"wrong": "kind"}})
        if "hint: " not in text:
            raise Fault(f"`{name}` of a wrong kind, no hint: {text}")
    if needed:
        text = await told(client, tool, {})
        if "hint: " not in text:
            raise Fault(f"nothing given, no hint: {text}")
    return f"{1 + len(fields) + bool(needed)} refused"


class Table:
    """Prints what was checked, and keeps count of what is wrong."""

    def __init__(self):
        self.failures = 0

    async def row(self, way, what, check):
        begun = time.monotonic()
        try:
            found = await asyncio.wait_for(check, LONGEST_SECONDS)
        except Exception as error:  # what a check of others throws is a failure of that row
            self.failures += 1
            found = f"FAILED: {error or type(error).__name__}"
        print(f"{way:14} {what:44} {(time.monotonic() - begun) * 1000:7.0f} ms  {found}", flush=True)


async def called(client, tool, arguments):
    """One call; if its answer was cut, what it says about that must hold."""
    answer, size, entries = read_answer(await client.call_tool(tool, arguments))
    found = f"{size:6} bytes, {entries:3} entries"
    if "left_out" not in answer:
        return found
    advised = LIMIT.search(answer["left_out"])
    if advised:
        again, _, kept = read_answer(await client.call_tool(tool, {**arguments, "limit": int(advised[1])}))
        if "left_out" in again or kept == 0:
            raise Fault(f"the limit that is advised brings {kept} entries: {answer['left_out']}")
    elif not answer.get("next"):
        raise Fault(f"cut without a way on: {answer['left_out']}")
    return f"{found}, {answer['left_out'].split(':')[0]}"


async def unknown(client):
    try:
        result = await client.call_tool("no_such_tool", {})
    except MCPError as error:
        return f"refused: {error}"
    raise Fault(f"not refused: {result}")


async def afterwards(client):
    return await called(client, "status", {})


async def listed(client):
    tools = (await client.list_tools()).tools
    names = {tool.name for tool in tools}
    if names != NAMES:
        raise Fault(f"more: {sorted(names - NAMES)}, missing: {sorted(NAMES - names)}")
    undescribed = [tool.name for tool in tools if not tool.description or tool.input_schema.get("type") != "object"]
    if undescribed:
        raise Fault(f"without description or schema: {undescribed}")
    return f"{len(tools)} tools"


async def go_through(table, way, server, mode, longest):
    """All checks in one session."""
    begun = time.monotonic()
    async with Client(server, mode=mode, read_timeout_seconds=LONGEST_SECONDS) as client:

        async def greeted():
            if not client.instructions:
                raise Fault("no instructions")
            took = (time.monotonic() - begun) * 1000
            return f"{client.server_info.name} {client.server_info.version}, protocol {client.protocol_version}, after {took:.0f} ms"

        await table.row(way, "initialise", greeted())
        await table.row(way, "list tools", listed(client))
        for tool, arguments in await arguments_for(client, longest):
            shown = json.dumps(arguments, ensure_ascii=False)
            await table.row(way, f"{tool} {shown}"[:44], called(client, tool, arguments))
        for tool in (await client.list_tools()).tools:
            await table.row(way, f"{tool.name}, asked wrongly", wrong(client, tool.name, tool.input_schema))
        await table.row(way, "a tool that does not exist", unknown(client))
        await table.row(way, "status, after all that", afterwards(client))


async def check(arguments):
    table = Table()
    command = ["mcp", "--archive", str(arguments.archive)]
    with servers.onrecord(arguments) as server:
        longest = longest_story(server.address)
        for mode in ("auto", "legacy"):
            stdio = StdioServerParameters(command=arguments.onrecord, args=command)
            for way, where in (("stdio", stdio), ("http", f"{server.address}/mcp")):
                try:
                    await go_through(table, f"{way} {mode}", where, mode, longest)
                except Exception as error:  # the session itself failed
                    table.failures += 1
                    print(f"{way} {mode}: FAILED: {error!r}")
    return table.failures


def main():
    failures = asyncio.run(check(servers.arguments_of(__doc__).parse_args()))
    print(f"{failures} failures")
    sys.exit(bool(failures))


if __name__ == "__main__":
    main()
