//! Every plain field of each type, once.

use crate::{both, support::TestApp};

both! {
    async fn a_summary_shows_all_its_fields(app: TestApp) {
        let data = app
            .data(
                "{ summary(by: {slug: \"explain-analyze-buffers-count-pages-not-milliseconds\"}) { \
                 __typename slug title tldr keyPoints language status origin model publishedAt createdAt updatedAt \
                 revision \
                 episode { title } source { slug } category { slug } tags { slug } } }",
            )
            .await;
        insta::assert_json_snapshot!(data, @r#"
            {
              "summary": {
                "__typename": "Summary",
                "category": {
                  "slug": "data-storage"
                },
                "createdAt": "2026-11-01T12:00:00Z",
                "episode": {
                  "title": "Plans, Read Aloud #4: EXPLAIN with buffers"
                },
                "keyPoints": [
                  "`shared hit` pages were in PostgreSQL's own buffer cache; `read` pages had to be asked of the operating system.",
                  "Rows and times of a node are averages per loop: multiply by `loops` before you compare nodes.",
                  "A wide gap between estimated and actual rows near the leaves is the fault to fix first; everything above inherits it."
                ],
                "language": "en",
                "model": null,
                "origin": "HUMAN",
                "publishedAt": "2026-05-08T18:20:00Z",
                "revision": 1,
                "slug": "explain-analyze-buffers-count-pages-not-milliseconds",
                "source": {
                  "slug": "rowlock-tv"
                },
                "status": "PUBLISHED",
                "tags": [
                  {
                    "slug": "postgresql"
                  },
                  {
                    "slug": "query-planning"
                  },
                  {
                    "slug": "sql"
                  }
                ],
                "title": "EXPLAIN (ANALYZE, BUFFERS): Count Pages, Not Milliseconds",
                "tldr": "Run times move with the cache; page counts don't. BUFFERS shows how many 8 KiB pages each node touched, and PostgreSQL 18 switches it on with ANALYZE by itself.",
                "updatedAt": "2026-11-01T12:00:00Z"
              }
            }
            "#);
    }

    async fn an_episode_shows_all_its_fields(app: TestApp) {
        let data = app
            .data(
                "{ episode(by: {seriesNumber: {series: \"rowlock-tv-plans-read-aloud\", number: 4}}) { \
                 __typename kind title url author language source { slug } series { slug } season number hashtags \
                 imageUrl \
                 enclosures { __typename url mimeType size } durationSeconds wordCount publishedAt \
                 publishedAtIsEstimated \
                 createdAt updatedAt excerpt } }",
            )
            .await;
        insta::assert_json_snapshot!(data, @r#"
            {
              "episode": {
                "__typename": "Episode",
                "author": "Femke Adair",
                "createdAt": "2026-11-01T12:00:00Z",
                "durationSeconds": 731,
                "enclosures": [
                  {
                    "__typename": "Enclosure",
                    "mimeType": "video/mp4",
                    "size": "148897552",
                    "url": "https://cdn.example.com/rowlock/rl-0004.mp4"
                  }
                ],
                "excerpt": "A slow report, a plan of nineteen lines, and the two numbers in it that explain the wait.",
                "hashtags": [
                  "PostgreSQL",
                  "SQL"
                ],
                "imageUrl": null,
                "kind": "VIDEO",
                "language": "en",
                "number": 4,
                "publishedAt": "2026-05-08T18:20:00Z",
                "publishedAtIsEstimated": false,
                "season": null,
                "series": {
                  "slug": "rowlock-tv-plans-read-aloud"
                },
                "source": {
                  "slug": "rowlock-tv"
                },
                "title": "Plans, Read Aloud #4: EXPLAIN with buffers",
                "updatedAt": "2026-11-01T12:00:00Z",
                "url": "https://video.example.com/watch?v=rl-0004",
                "wordCount": null
              }
            }
            "#);
    }

    async fn what_stands_in_memory_shows_all_its_fields(app: TestApp) {
        let data = app
            .data(
                "{ source(by: {slug: \"rowlock-tv\"}) { __typename slug name kind homepage feedUrl iconUrl description \
                 language createdAt updatedAt } \
                 series(by: {slug: \"rowlock-tv-plans-read-aloud\"}) { __typename slug title source { slug } } \
                 category(by: {slug: \"security\"}) { __typename slug name } \
                 tag(by: {slug: \"apidesign\"}) { __typename slug name aliases } }",
            )
            .await;
        insta::assert_json_snapshot!(data, @r#"
            {
              "category": {
                "__typename": "Category",
                "name": "Security",
                "slug": "security"
              },
              "series": {
                "__typename": "Series",
                "slug": "rowlock-tv-plans-read-aloud",
                "source": {
                  "slug": "rowlock-tv"
                },
                "title": "Plans, Read Aloud"
              },
              "source": {
                "__typename": "Source",
                "createdAt": "2026-11-01T12:00:00Z",
                "description": "Query plans and locks on a shared screen.",
                "feedUrl": "https://video.example.com/feeds/rowlock.xml",
                "homepage": "https://video.example.com/@rowlock",
                "iconUrl": null,
                "kind": "VIDEO_CHANNEL",
                "language": "en",
                "name": "Rowlock TV",
                "slug": "rowlock-tv",
                "updatedAt": "2026-11-01T12:00:00Z"
              },
              "tag": {
                "__typename": "Tag",
                "aliases": [
                  "api-design"
                ],
                "name": "APIDesign",
                "slug": "apidesign"
              }
            }
            "#);
    }
}
