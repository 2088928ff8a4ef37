"""What is asked: each question as a document in every dialect, the variables that it is asked with, and how answers
of any dialect are brought into one form, so that they can be compared as a whole."""

import collections
import datetime
import json
import pathlib
import random

import content

MANY = 2_000  # sets of variables a question, where there are so many

PAGE = """pageInfo { hasNextPage endCursor } nodes {
    id title tldr publishedAt category { name slug } source { name slug } tags { name slug } }"""
OF_TAG = "summaries(first: 20, filter: {tags: {anyOf: [$tag]}})"
# Précis and Mercurius, whose schema here is a part of Précis', take these.
DOCUMENTS = {
    "q1": "query Page($tag: String!) { %s { totalCount %s } }" % (OF_TAG, PAGE),
    "q1b": "query Page($tag: String!) { %s { %s } }" % (OF_TAG, PAGE),
    "q2": """query One($slug: String!) { summary(by: {slug: $slug}) {
        id slug title tldr body { value } keyPoints publishedAt category { name slug } source { name slug kind }
        episode { title url publishedAt durationSeconds } tags { name slug } } }""",
    "q3": """query Headlines($category: String!) { summaries(first: 10, filter: {categories: {anyOf: [$category]}}) {
        nodes { title tldr } } }""",
    "q4": """query Days($from: DateTime!, $to: DateTime!) {
        summaryDays(first: 7, filter: {publishedAt: {gte: $from, lt: $to}}) {
            nodes { date summaries(first: 100) { nodes { title source { name } } } } } }""",
    "q5": """query Sources($after: String) { sources(first: 20, after: $after) { nodes { name slug
        episodes(first: 5) { nodes { title publishedAt summaries { title tags { name slug } } } } } } }""",
    "q6": (pathlib.Path(__file__).parent / "../examples/front-page.graphql").read_text(),
    "q7": """query Search($text: String!) {
        summaries(first: 20, filter: {text: $text}, orderBy: {field: RELEVANCE}) {
            totalCount nodes { id title tldr publishedAt source { name } } } }""",
}

# PostGraphile makes its schema out of the tables. Aliases have its answers say what Précis' do.
NEWEST = "orderBy: [PUBLISHED_AT_DESC, ROW_ID_DESC]"
TAGS = "tags: summaryTagsBySummaryId { nodes { tag: tagByTagId { name slug } } }"
OF_TAG_PLAIN = """tagBySlug(slug: $tag) { summaries: summaryTagsByTagId(
    first: 20, orderBy: [PUBLISHED_AT_DESC, SUMMARY_ID_DESC])"""
PAGE_PLAIN = """pageInfo { hasNextPage endCursor } nodes { summary: summaryBySummaryId {
    id: rowId title tldr publishedAt category: categoryByCategoryId { name slug }
    source: sourceBySourceId { name slug } %s } }""" % TAGS
DAY_PLAIN = """d%d: allSummaries(first: 100, condition: {publishedOn: $d%d}, %s) {
    nodes { title source: sourceBySourceId { name } } }"""
PLAIN_DOCUMENTS = {
    "q1": "query Page($tag: String!) { %s { totalCount %s } } }" % (OF_TAG_PLAIN, PAGE_PLAIN),
    "q1b": "query Page($tag: String!) { %s { %s } } }" % (OF_TAG_PLAIN, PAGE_PLAIN),
    "q2": """query One($slug: String!) { summary: summaryBySlug(slug: $slug) {
        id: rowId slug title tldr body keyPoints publishedAt category: categoryByCategoryId { name slug }
        source: sourceBySourceId { name slug kind }
        episode: episodeByEpisodeId { title url publishedAt durationSeconds } %s } }""" % TAGS,
    "q3": """query Headlines($category: String!) { categoryBySlug(slug: $category) {
        summaries: summariesByCategoryId(first: 10, %s) { nodes { title tldr } } } }""" % NEWEST,
    "q4": "query Days(%s) { %s }" % (
        ", ".join(f"$d{day}: Date!" for day in range(7)),
        " ".join(DAY_PLAIN % (day, day, NEWEST) for day in range(7))),
    "q5": """query Sources($after: Cursor) { sources: allSources(first: 20, after: $after, orderBy: SLUG_ASC) {
        nodes { name slug episodes: episodesBySourceId(first: 5, %s) { nodes { title publishedAt
            summaries: summariesByEpisodeId { nodes { title %s } } } } } } }""" % (NEWEST, TAGS),
}

TITLES = {
    "q1": "a tag's page of 20, with the total",
    "q1b": "the same without the total",
    "q2": "one summary in full",
    "q3": "ten titles and tldrs of a category",
    "q4": "seven days, grouped",
    "q5": "20 sources, their 5 newest episodes, and the summaries and tags of these",
    "q6": "the front page, with facets",
    "q7": "a search for two words, with the total",
}
ALONE = {"q6", "q7"}  # of Précis alone: nothing of the others is like it
AT_MOST = 8  # clients ask these at a time: each takes a tenth of a second, and some would wait until they are sent away


def variables(names):
    """The sets of variables of every question, out of the slugs and cursors that are there (see `databases.Names`).
    Where a source's cursor would stand, there is its place."""
    dice = random.Random(5)
    instant = lambda day: f"{content.FIRST + datetime.timedelta(days=day):%Y-%m-%dT%H:%M:%SZ}"
    weeks = [(day, day + 7) for day in dice.sample(range(content.DAYS - 6), min(MANY, content.DAYS - 6))]
    tags = content.tags_by_popularity(4 * MANY, names.tags)
    return {
        "q1": [{"tag": tag} for tag in tags[:MANY]],
        "q1b": [{"tag": tag} for tag in tags[MANY:2 * MANY]],
        "q2": [{"slug": slug} for slug in dice.sample(names.summaries, min(MANY, len(names.summaries)))],
        "q3": [{"category": category} for category in names.categories],
        "q4": [{"from": instant(first), "to": instant(behind)} for first, behind in weeks],
        "q5": [{"place": place} for place in dice.sample(range(names.sources - 20), names.sources - 20)],
        "q6": [front_page(place, tags[-place - 1], names.categories) for place in range(MANY)],
        "q7": [{"text": text} for text in content.searches(MANY)],
    }


def front_page(place, tag, categories):
    """As readers come to it: filtered by nothing, a tag, a category, or both, in some time zone."""
    by_tag = {"tags": {"anyOf": [tag]}}
    by_category = {"categories": {"anyOf": [categories[place // 4 % len(categories)]]}}
    zones = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo"]
    filters = [None, by_tag, by_category, {**by_tag, **by_category}]
    return {"filter": filters[place % 4], "timeZone": zones[place // 4 % 4]}


def body(question, given, dialect, cursors):
    """The body of a request. `cursors` are those of all sources, by slug, as this system gives them."""
    is_plain = dialect == "postgraphile"
    if question == "q5":
        given = {"after": cursors[given["place"] - 1] if given["place"] else None}
    elif question == "q4" and is_plain:
        given = {f"d{ago}": day for ago, day in enumerate(days(given))}
    return json.dumps({"query": (PLAIN_DOCUMENTS if is_plain else DOCUMENTS)[question], "variables": given})


def days(given):
    """The seven days of Q4, the newest first."""
    start = datetime.date.fromisoformat(given["from"][:10])
    return [str(start + datetime.timedelta(days=6 - ago)) for ago in range(7)]


def canonical(question, given, dialect, answer):
    """An answer's data in the one form: Précis' own, with instants as numbers, tags by slug, and of ids and cursors
    just that they are there. Raises `ValueError` where something is no answer at all."""
    if answer.get("errors") or not answer.get("data"):
        raise ValueError(f"no answer: {json.dumps(answer)[:1000]}")
    data = answer["data"]
    if dialect == "postgraphile":
        data = renamed(question, given, data)
    ids = []
    data = alike(data, ids)
    if question == "q7":
        # What is found is the same on both databases; which is the best match may differ.
        data["summaries"]["nodes"] = len(data["summaries"]["nodes"])
    twice = [one for one, times in collections.Counter(ids).items() if times > 1]
    if twice and question not in ALONE:
        raise ValueError(f"an id comes twice: {twice}")
    return data


def alike(value, ids):
    if isinstance(value, list):
        return [alike(one, ids) for one in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for key, one in value.items():
        if key == "id":
            ids.append(one)
            found[key] = bool(one)
        elif key == "endCursor":
            found[key] = bool(one)
        elif key == "publishedAt":
            found[key] = datetime.datetime.fromisoformat(one.replace("Z", "+00:00")).timestamp()
        elif key == "tags" and all("slug" in tag for tag in one):
            found[key] = sorted((alike(tag, ids) for tag in one), key=lambda tag: tag["slug"])
        else:
            found[key] = alike(one, ids)
    return found


def renamed(question, given, data):
    """PostGraphile's data in Précis' shape, as far as aliases can't bring it there."""
    if question in ("q1", "q1b"):
        page = data["tagBySlug"]["summaries"]
        data = {"summaries": {**page, "nodes": [link["summary"] for link in page["nodes"]]}}
    elif question == "q3":
        data = data["categoryBySlug"]
    elif question == "q4":
        found = [{"date": day, "summaries": data[f"d{ago}"]} for ago, day in enumerate(days(given))]
        # Précis leaves out days that have none.
        data = {"summaryDays": {"nodes": [day for day in found if day["summaries"]["nodes"]]}}
    return unwrapped(data)


def unwrapped(value):
    if isinstance(value, list):
        return [unwrapped(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {key: unwrapped(one) for key, one in value.items()}
    if "tags" in found:
        found["tags"] = [link["tag"] for link in found["tags"]["nodes"]]
    if "body" in found:
        found["body"] = {"value": found["body"]}
    if "episodes" in found:
        for episode in found["episodes"]["nodes"]:
            episode["summaries"] = episode["summaries"]["nodes"]
    return found


def difference(one, other, path="data"):
    """Where two values differ first, as a text; None where they do not."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        pairs = [(f"{path}.{key}", one[key], other[key]) for key in one]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = [(f"{path}[{place}]", *pair) for place, pair in enumerate(zip(one, other))]
    else:
        return None if one == other else f"{path}: {json.dumps(one)[:300]} against {json.dumps(other)[:300]}"
    return next((found for at, left, right in pairs if (found := difference(left, right, at))), None)
