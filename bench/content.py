"""Content that is made up: the same items each time, as the JSON lines that `precis import` reads.

What is in it: 200 sources, 12 categories (a tenth of the summaries has none), 500 tags by a Zipf law with two to
four a summary, 300 series with three tenths of the items. Items are published within five years, each at a second
of its own, and stand in the file in no order, so that ids tell nothing about times.
"""

import datetime
import functools
import itertools
import json
import random

SOURCES, CATEGORIES, TAGS, SERIES = 200, 12, 500, 300
FIRST, DAYS = datetime.datetime(2021, 1, 1), 5 * 365  # when the first may be published, and for how long from then
KINDS = ["BLOG", "PUBLICATION", "PODCAST", "VIDEO_CHANNEL", "NEWSLETTER"]


def write(file, items):
    """Writes so many items, a line each."""
    dice = random.Random(20_260_101)
    words = Words(dice)
    sources = [source(number, words) for number in range(SOURCES)]
    categories = [f"{words.text(12)} {number}" for number in range(CATEGORIES)]
    tags = [f"{words.text(8)} {number}" for number in range(TAGS)]
    # A series runs in one source.
    series = [(f"{words.text(24)} {number}", sources[number % SOURCES]) for number in range(SERIES)]
    tag_weights = zipf(TAGS, 1)
    titles = set()
    for place, second in enumerate(dice.sample(range(DAYS * 86_400), items)):
        title = words.text(dice.randint(45, 75))
        while title in titles:
            title = words.text(dice.randint(45, 75))
        titles.add(title)
        run, where = dice.choice(series) if dice.random() < 0.3 else (None, dice.choice(sources))
        url = f"{where['homepage']}{place}"
        published = f"{FIRST + datetime.timedelta(seconds=second):%Y-%m-%dT%H:%M:%SZ}"
        episode = {"guid": url, "url": url, "title": title, "language": "en", "published_at": published,
                   "duration_seconds": dice.randint(120, 7_200), "excerpt": words.text(150)}
        if run:
            episode["series"] = run
        summary = {
            "language": "en", "origin": "HUMAN",
            "title": title,
            "tldr": words.text(dice.randint(160, 240)),
            "key_points": [words.text(dice.randint(50, 90)) for _ in range(5)],
            "body": body(dice.randint(2_000, 4_000), dice, words),
            "tags": sorted(set(dice.choices(tags, cum_weights=tag_weights, k=dice.choice([2, 3, 3, 4])))),
        }
        if dice.random() < 0.9:
            summary["category"] = dice.choice(categories)
        file.write(json.dumps({"source": where, "episode": episode, "summary": summary}) + "\n")


def searches(many):
    """So many pairs of words, neither of which is in most texts."""
    dice = random.Random(7)
    rather_common = vocabulary()[300:3_000]
    return [" ".join(dice.sample(rather_common, 2)) for _ in range(many)]


def tags_by_popularity(many, tags):
    """So many out of these tags' slugs, those that summaries have often also often here."""
    return random.Random(11).choices(tags, cum_weights=zipf(len(tags), 1), k=many)


def source(number, words):
    return {"slug": f"source-{number}", "name": f"{words.text(18)} {number}", "kind": KINDS[number % len(KINDS)],
            "homepage": f"https://source-{number}.example/", "language": "en"}


def body(length, dice, words):
    """Markdown of about that length: paragraphs, some of them under a heading."""
    parts, so_far = [], 0
    while so_far < length:
        heading = f"## {words.text(30)}\n\n" if dice.random() < 0.4 else ""
        parts.append(f"{heading}{words.text(dice.randint(200, 500))}.")
        so_far += len(parts[-1]) + 2
    return "\n\n".join(parts)[:length].rstrip()


class Words:
    """Texts of words as common and as rare as those of a language."""

    def __init__(self, dice):
        self.dice, self.all = dice, vocabulary()
        self.weights = zipf(len(self.all), 8)

    def text(self, length):
        """About so many characters, and no more; the first one is a capital."""
        words = self.dice.choices(self.all, cum_weights=self.weights, k=length // 6 + 2)
        return " ".join(words)[:length].rstrip().capitalize()


@functools.lru_cache(maxsize=None)
def vocabulary():
    """20,000 words, the commonest ones first."""
    dice = random.Random(3)
    found = {}
    while len(found) < 20_000:
        syllables = dice.randint(1, 4)
        word = "".join(dice.choice("bcdfghjklmnprstvw") + dice.choice("aeiou") for _ in range(syllables))
        word += dice.choice(["", "n", "r", "s", "l"])
        if len(word) > 2:
            found.setdefault(word)
    return list(found)


def zipf(many, flat):
    """Weights for `random.choices`, added up; the first `flat` of them hardly differ."""
    return list(itertools.accumulate(1 / (rank + flat) for rank in range(many)))
