"""The SDK for Python, over HTTP and over standard streams: lists the tools, pages through summaries, meets an error.

    tests/python.sh tests/mcp/python URL IDS COMMAND ARGUMENT…

IDS are those of the summaries of the tag `backend`, as plain GraphQL lists them, with commas between.
"""

import asyncio
import re
import sys

from mcp import Client, StdioServerParameters

QUERY = "{ summaries(first: 60, filter: {tags: {anyOf: [\"backend\"]}}) { totalCount nodes { id title } } }"


async def walk(server, expected: list[str]) -> str:
    """Does the task with a server, and says what was done."""
    async with Client(server) as client:
        tools = [tool.name for tool in (await client.list_tools()).tools]
        assert tools == ["schema", "query"], tools

        async def call(name: str, **arguments):
            result = await client.call_tool(name, arguments)
            return result.content[0].text, bool(result.is_error)

        schema, _ = await call("schema", names=["Summary"])
        assert "tldr" in schema, schema

        ids, pages, more = [], 0, {}
        while pages == 0 or more:
            text, is_error = await call("query", query=QUERY, maxTokens=150, **more)
            assert not is_error, text
            header, _columns, *rows = text.split("\n")
            ids += [row.split("\t")[0] for row in rows]
            pages += 1
            after = re.search(r" after=(\S+)", header)
            more = {"after": after[1]} if after else {}
        assert ids == expected, (ids, expected)
        assert pages > 1

        text, is_error = await call("query", query="{ summaries { nodes { titel } } }")
        assert is_error and "title" in text, text
        return f"two tools, {len(ids)} summaries in {pages} pages, an error"


async def main() -> None:
    url, ids, command, *arguments = sys.argv[1:]
    expected = ids.split(",")
    print("Python over HTTP:", await walk(url, expected))
    print("Python over stdio:", await walk(StdioServerParameters(command=command, args=arguments), expected))


asyncio.run(main())
