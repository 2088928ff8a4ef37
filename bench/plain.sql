-- The content in tables as a project without Précis would have them, out of Précis' own, for those peers that bring a
-- schema of their own with them: instants with a time zone, lists as arrays, foreign keys, an index for each question.
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS plain CASCADE;
CREATE SCHEMA plain;
SET search_path = plain;

CREATE TABLE source (
    id INT PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL
);

CREATE TABLE category (
    id INT PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
);

CREATE TABLE tag (
    id INT PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL
);

CREATE TABLE episode (
    id INT PRIMARY KEY,
    source_id INT NOT NULL REFERENCES source,
    title TEXT NOT NULL,
    url TEXT,
    published_at TIMESTAMPTZ NOT NULL,
    duration_seconds INT
);

CREATE TABLE summary (
    id INT PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    episode_id INT NOT NULL REFERENCES episode,
    source_id INT NOT NULL REFERENCES source,
    category_id INT REFERENCES category,
    title TEXT NOT NULL,
    tldr TEXT NOT NULL,
    body TEXT NOT NULL,
    key_points TEXT[] NOT NULL,
    published_at TIMESTAMPTZ NOT NULL,
    published_on DATE NOT NULL GENERATED ALWAYS AS ((published_at AT TIME ZONE 'UTC')::DATE) STORED
);

-- When a summary was published stands here, too, so that a tag's newest are a range of an index.
CREATE TABLE summary_tag (
    summary_id INT NOT NULL REFERENCES summary,
    tag_id INT NOT NULL REFERENCES tag,
    published_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (summary_id, tag_id)
);

INSERT INTO source SELECT id, slug, name, kind FROM public.source;
INSERT INTO category SELECT id, slug, name FROM public.category;
INSERT INTO tag SELECT id, slug, name FROM public.tag;

INSERT INTO episode SELECT id, source_id, title, url, to_timestamp(published_at), duration_seconds FROM public.episode;

INSERT INTO summary
SELECT s.id, s.slug, s.episode_id, s.source_id, s.category_id, s.title, s.tldr, coalesce(b.markdown, s.tldr),
    ARRAY(SELECT jsonb_array_elements_text(s.key_points::JSONB)), to_timestamp(s.published_at)
FROM public.summary s LEFT JOIN public.summary_body b ON b.summary_id = s.id
WHERE s.status = 'PUBLISHED';

INSERT INTO summary_tag
SELECT t.summary_id, t.tag_id, s.published_at FROM public.summary_tag t JOIN summary s ON s.id = t.summary_id;

CREATE INDEX ON episode (source_id, published_at DESC, id DESC);
CREATE INDEX ON summary (episode_id);
CREATE INDEX ON summary (published_at DESC, id DESC);
CREATE INDEX ON summary (source_id, published_at DESC, id DESC);
CREATE INDEX ON summary (category_id, published_at DESC, id DESC);
CREATE INDEX ON summary (published_on, published_at DESC, id DESC);
CREATE INDEX ON summary_tag (tag_id, published_at DESC, summary_id DESC);

-- PostGraphile sorts by columns that an index begins with, unless it is told to by others as well.
COMMENT ON COLUMN summary_tag.published_at IS '@behavior +orderBy';
COMMENT ON COLUMN episode.published_at IS '@behavior +orderBy';
