#!/usr/bin/env python3
"""Asks the API what its own description allows and forbids, by schemathesis, and ends with its exit status.

    fuzz.py ARCHIVE [--onrecord PROGRAM] [--seconds 180] [--seed N] [-- OPTIONS OF SCHEMATHESIS]

It starts a server on the archive. No answer may be an error of the server, each must have a status, a type and a form that
`/api/v1/openapi.json` names, and what the description forbids must be refused.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

import servers

# Not among them is `positive_data_acceptance`: a document that is not there is refused, and so is a query whose quotation marks
# are odd, which no schema can tell.
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,negative_data_rejection,unsupported_method"
# Every other id is one that is there; a body that is too large is refused as that.
SETTINGS = """
[dictionaries.documents]
values = {documents}
[dictionaries.stories]
values = {stories}
[checks]
negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 406, 413, 415, 422]
[[operations]]
include-path-regex = "/documents/"
parameters = {{ "path.id" = {{ dictionary = "documents", probability = 0.5 }} }}
[[operations]]
include-path-regex = "/stories/"
parameters = {{ "path.id" = {{ dictionary = "stories", probability = 0.5 }} }}
"""


def ids(server):
    """Documents and stories of the archive."""
    with urllib.request.urlopen(f"{server.address}/api/v1/stories?limit=20", timeout=60) as response:
        stories = json.load(response)["found"]
    documents = {member["document"]["id"] for story in stories for member in story["members"]}
    return {"documents": sorted(documents)[:20], "stories": [story["id"] for story in stories]}


def main():
    parser = servers.arguments_of(__doc__)
    parser.add_argument("--seconds", type=int, default=180)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(sys.argv[1 : sys.argv.index("--")] if "--" in sys.argv else None)
    extra = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
    command = [servers.tools() / "schemathesis", "run", "--checks", CHECKS, "--max-time", str(arguments.seconds)]
    command += ["--phases", "examples,coverage,fuzzing", "--seed", str(arguments.seed), "--request-timeout", "70", "--no-color"]
    command += ["--generation-database", "none", "--continue-on-failure", *extra]
    with servers.onrecord(arguments) as server, tempfile.TemporaryDirectory() as folder:
        before = server.memory()
        known = {name: json.dumps(values) for name, values in ids(server).items()}
        pathlib.Path(folder, "schemathesis.toml").write_text(SETTINGS.format(**known), encoding="utf-8")
        ended = subprocess.run([*command, f"{server.address}/api/v1/openapi.json"], cwd=folder, check=False)
        after = server.memory()
        is_running = server.is_running
    print(f"memory of its own {before[1]:.0f} MB before, {after[1]:.0f} MB after; the server {'runs' if is_running else 'ENDED'}")
    sys.exit(ended.returncode if is_running else 1)


if __name__ == "__main__":
    main()
