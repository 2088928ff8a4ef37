"""Proves that Python's gql builds its schema from what the server tells of itself, refuses wrong documents
by it without asking, pages through a list in both directions, and hands on the code of an error."""

import math
import sys

from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportQueryError
from gql.transport.requests import RequestsHTTPTransport
from graphql import GraphQLError

SIZE = 9
PAGE = """
query Page($filter: SummaryFilter, $first: Int, $after: String, $last: Int, $before: String) {
  summaries(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    totalCount
    nodes { id title tags { slug } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""


class CountingTransport(RequestsHTTPTransport):
    """Knows how many requests have left."""

    sent = 0

    def execute(self, *arguments, **options):
        self.sent += 1
        return super().execute(*arguments, **options)


def page(session, **variables):
    summaries = session.execute(GraphQLRequest(PAGE, variable_values=variables))["summaries"]
    check(summaries["nodes"], "no page is empty")
    return summaries


def forwards(session, size, where):
    pages = [page(session, first=size, filter=where)]
    while (info := pages[-1]["pageInfo"])["hasNextPage"]:
        pages.append(page(session, first=size, after=info["endCursor"], filter=where))
    return pages


def backwards(session, size, where):
    pages = [page(session, last=size, filter=where)]
    while (info := pages[0]["pageInfo"])["hasPreviousPage"]:
        pages.insert(0, page(session, last=size, before=info["startCursor"], filter=where))
    return pages


def nodes(pages):
    return [node for each in pages for node in each["nodes"]]


def check(holds, claim):
    """Like `assert`, which `python -O` would leave out."""
    if not holds:
        sys.exit(f"python: it does not hold that {claim}")


def walks(session):
    filters = [(None, "summaries"), ({"tags": {"anyOf": ["backend"]}}, "summaries with a tag")]
    for where, name in filters:
        # 100 is the most that the server gives at once: the whole list in one piece, while it is not longer.
        expected = nodes(forwards(session, 100, where))
        for way in (forwards, backwards):
            pages = way(session, SIZE, where)
            check(len(pages) > 1, "there is more than one page")
            check(len(pages) == math.ceil(len(expected) / SIZE), "no page overlaps another")
            check(nodes(pages) == expected, f"the pages {way.__name__} make up the list")
            check(all(each["totalCount"] == len(expected) for each in pages), "totalCount is exact")
            check(len({node["id"] for node in expected}) == len(expected), "nothing comes twice")
            print(f"python: {len(expected)} {name} in {len(pages)} pages {way.__name__}")


def local_validation(session, transport):
    """What gql's copy of the schema refuses does not leave: an unknown field, and two ways to say which."""
    before = transport.sent
    for document in ["{ summaries { titles } }", '{ summary(by: {id: "a", slug: "b"}) { id } }']:
        try:
            session.execute(GraphQLRequest(document))
        except GraphQLError:
            continue
        check(False, f"gql refuses {document}")
    check(transport.sent == before, "nothing was sent")
    print("python: an unknown field and a second way in a @oneOf input are refused without asking the server")


def errors(session):
    try:
        page(session, first=1, after="nowhere")
    except TransportQueryError as error:
        codes = [each["extensions"]["code"] for each in error.errors]
        check(codes == ["BAD_USER_INPUT"], f"the code is BAD_USER_INPUT: {codes}")
        print(f"python: a wrong cursor arrives as TransportQueryError with the code {codes[0]}")
    else:
        check(False, "a wrong cursor is an error")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: walk.py http://HOST:PORT/graphql")
    transport = CountingTransport(url=sys.argv[1])
    introspection = {"input_object_one_of": True, "specified_by_url": True}
    with Client(transport=transport, fetch_schema_from_transport=True, introspection_args=introspection) as session:
        walks(session)
        local_validation(session, transport)
        errors(session)


main()
