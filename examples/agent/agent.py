#!/usr/bin/env python3
"""Reads a list as an agent does: page by page, within a budget of tokens, and the text of what looks best.

    python3 agent.py http://127.0.0.1:8080 --tag backend --budget 1200

Nothing but the standard library is used: a tool is called by a POST of JSON to /mcp, and the answer is one text. With
a client of the Model Context Protocol, `call` is the client's own.
"""

import argparse
import json
import re
import urllib.request

LIST = """query ($tag: String!) {
  summaries(first: 50, filter: {tags: {anyOf: [$tag]}, languages: ["en"]}) {
    totalCount
    nodes { id title source { name } }
  }
}"""

TEXT = "query ($id: ID!) { summary(by: {id: $id}) { title body { value } episode { url } } }"


def call(server: str, tool: str, **arguments) -> str:
    """Calls a tool, and gives its text."""
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
    headers = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    request = urllib.request.Request(f"{server}/mcp", json.dumps(message).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as response:
        result = json.load(response)["result"]
    text = result["content"][0]["text"]
    if result.get("isError"):
        raise SystemExit(text)
    return text


def pages(server: str, query: str, variables: dict, page: int):
    """The pages of an answer, of at most so many tokens each."""
    after = {}
    while after is not None:
        text = call(server, "query", query=query, variables=variables, maxTokens=page, **after)
        yield text
        # The first line says whether there is more.
        more = re.search(r" after=(\S+)", text.split("\n", 1)[0])
        after = {"after": more[1]} if more else None


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("server")
    options.add_argument("--tag", default="backend")
    options.add_argument("--budget", type=int, default=1200, help="tokens that may be read in all")
    options.add_argument("--page", type=int, default=200, help="tokens of a page")
    options = options.parse_args()

    left, rows = options.budget, []
    for number, text in enumerate(pages(options.server, LIST, {"tag": options.tag}, options.page), 1):
        left -= options.page
        header, _columns, *more = text.split("\n")
        rows += [row.split("\t") for row in more]
        print(f"page {number}: {header}")
        # Half of the budget is for what is read in full.
        if left - options.page < options.budget // 2:
            break

    for id, title, source in rows[:3]:
        print(f"{id}  {title} ({source})")
    print()
    # The beginning of the first one, as far as the budget reaches: a text that is cut ends in `…+N`.
    print(next(pages(options.server, TEXT, {"id": rows[0][0]}, left)))


if __name__ == "__main__":
    main()
