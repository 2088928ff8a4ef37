//! Whole feeds, and what is made of them.

use super::*;
use crate::content::{EpisodeKind, SourceKind};

fn parsed(text: &str) -> ParsedFeed {
    let url = Url::parse("https://example.org/blog/feed.xml").expect("an address");
    parse(text.as_bytes(), &Origin { url: Some(&url), ..Origin::default() }).expect("a feed")
}

fn titles(text: &str) -> Vec<String> {
    parsed(text).episodes.into_iter().map(|it| it.title).collect()
}

fn error(text: &str) -> String {
    parse(text.as_bytes(), &Origin::default()).map(|it| it.source.name).expect_err("no feed").to_string()
}

#[test]
fn rss_of_any_version_is_read() {
    for head in [
        "<rss version=\"2.0\">",
        "<rss>",
        "<rss version='0.91'>",
        "<RSS version='2'>",
        "<rss xmlns='http://backend.userland.com/rss2'>",
    ] {
        let text = format!(
            "{head}<channel><title>Rivers</title><link>/</link><item><title>Flood</title><link>flood</link></item></channel></rss>"
        );
        let feed = parsed(&text);
        assert_eq!(feed.source.homepage.as_deref(), Some("https://example.org/"), "{head}");
        assert_eq!(feed.episodes[0].url.as_deref(), Some("https://example.org/blog/flood"), "{head}");
    }
}

#[test]
fn the_items_of_rdf_stand_beside_the_channel() {
    let text = r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Rivers</title><items><rdf:Seq/></items></channel>
        <item rdf:about="https://example.org/1"><title>Flood</title><dc:date>2026-03-03</dc:date><dc:creator>Ann</dc:creator>
        <dc:subject>Water</dc:subject></item></rdf:RDF>"#;
    let feed = parsed(text);
    let episode = &feed.episodes[0];
    assert_eq!(
        (episode.title.as_str(), episode.url.as_deref(), episode.author.as_deref(), episode.tags.as_slice()),
        ("Flood", Some("https://example.org/1"), Some("Ann"), ["Water".to_owned()].as_slice())
    );
    assert_eq!(episode.published_at.map(|it| it.to_string()).as_deref(), Some("2026-03-03T00:00:00Z"));
}

#[test]
fn atom_is_read_with_its_bases_and_types() {
    let text = r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" xml:base="https://example.net/">
        <title type="html">R &amp;amp; S</title><link rel="self" href="/feed"/><link href="/"/>
        <entry xml:base="/posts/"><id>1</id><title>5 &lt; 6</title><link rel="edit" href="no"/><link href="one"/>
          <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>It <a href="two">rained</a>.</p></div></content>
          <category term="water" label="Water"/><published>2026-03-03T00:00:00Z</published><updated>2026-03-04T00:00:00Z</updated>
          <link rel="enclosure" href="a.mp3" type="audio/mpeg" length="7"/></entry></feed>"#;
    let feed = parsed(text);
    let episode = &feed.episodes[0];
    assert_eq!((feed.source.name.as_str(), feed.source.homepage.as_deref()), ("R & S", Some("https://example.net/")));
    assert_eq!(feed.source.feed_url.as_deref(), Some("https://example.org/blog/feed.xml"));
    assert_eq!((episode.title.as_str(), episode.url.as_deref()), ("5 < 6", Some("https://example.net/posts/one")));
    let content = "<p>It <a href=\"https://example.net/posts/two\" rel=\"noopener noreferrer\">rained</a>.</p>";
    assert_eq!(episode.content.as_deref(), Some(content));
    assert_eq!(
        (episode.kind, episode.enclosures[0].url.as_str()),
        (EpisodeKind::Audio, "https://example.net/posts/a.mp3")
    );
    assert_eq!(episode.language.as_ref().map(AsRef::as_ref), Some("de"));
}

#[test]
fn the_items_of_rss_1_1_stand_in_a_list() {
    let text = r#"<Channel xmlns="http://purl.org/net/rss1.1#" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><title>Rivers</title>
        <items rdf:parseType="Collection"><item><title>Flood</title></item><item><title>Ebb</title></item></items></Channel>"#;
    assert_eq!(titles(text), ["Flood", "Ebb"]);
}

#[test]
fn the_picture_of_rdf_stands_beside_the_channel() {
    let text = "<rdf:RDF><channel><title>Rivers</title><image rdf:resource='/logo.png'/></channel><image><url>/logo.png</url></image></rdf:RDF>";
    assert_eq!(parsed(text).source.icon_url.as_deref(), Some("https://example.org/logo.png"));
}

#[test]
fn links_in_a_file_are_relative_to_where_the_feed_says_that_it_is() {
    let link = |text: &str| {
        let feed = parse(text.as_bytes(), &Origin::default()).expect("a feed");
        feed.episodes[0].url.clone()
    };
    let rss = "<rss><channel><atom:link rel='self' href='https://a.example/blog/feed'/><link>https://b.example/</link><item><link>1</link></item></channel></rss>";
    assert_eq!(link(rss).as_deref(), Some("https://a.example/blog/1"));
    let page = "<rss><channel><link>https://b.example/</link><item><link>/1.html</link></item></channel></rss>";
    assert_eq!(link(page).as_deref(), Some("https://b.example/1.html"));
    let atom = "<feed><link rel='self' href='/feed'/><link href='https://c.example/'/><entry><id>1</id><link href='1'/></entry></feed>";
    assert_eq!(link(atom).as_deref(), Some("https://c.example/1"));
    let json = r#"{"version":"https://jsonfeed.org/version/1","home_page_url":"https://d.example/","items":[{"id":"1","url":"one"}]}"#;
    assert_eq!(link(json).as_deref(), Some("https://d.example/one"));
    assert_eq!(link("<rss><channel><item><title>x</title><link>1.html</link></item></channel></rss>"), None);
}

#[test]
fn a_feed_without_a_page_may_be_named_by_one() {
    let homepage = |id: &str| {
        parsed(&format!("<feed><id>{id}</id><link rel='self' href='https://a.example/f'/></feed>")).source.homepage
    };
    assert_eq!(homepage("https://a.example/forum").as_deref(), Some("https://a.example/forum"));
    for no_page in ["https://a.example/f", "https://a.example/feed.atom", "urn:uuid:7"] {
        assert_eq!(homepage(no_page), None, "{no_page}");
    }
}

#[test]
fn who_wrote_a_feed_wrote_what_names_nobody() {
    let authors =
        |text: &str| -> Vec<Option<String>> { parsed(text).episodes.into_iter().map(|it| it.author).collect() };
    let atom = "<feed><author><name>Ann</name></author><entry/><entry><id>1</id></entry><entry><id>2</id><author><name>Ben</name></author></entry></feed>";
    assert_eq!(authors(atom), [Some("Ann".to_owned()), Some("Ben".to_owned())]);
    let taken_over = "<feed><author><name>Ann</name></author><entry><id>1</id><source><author><name>Cy</name></author></source></entry></feed>";
    assert_eq!(authors(taken_over), [Some("Cy".to_owned())]);
    let podcast = "<rss><channel><itunes:author>Ann</itunes:author><dc:creator>Tool</dc:creator><item><guid>1</guid></item></channel></rss>";
    assert_eq!(authors(podcast), [Some("Ann".to_owned())]);
    let marked = "<rss><channel><item><author><b>Ann</b></author></item><item><guid>2</guid><author><uri>https://a.example/</uri></author></item></channel></rss>";
    assert_eq!(authors(marked), [Some("Ann".to_owned()), None]);
}

#[test]
fn a_date_that_cannot_be_read_gives_way_to_one_that_can() {
    let text = "<rss><channel><item><guid>1</guid><pubDate>some day</pubDate><dc:date>2026-03-03</dc:date></item></channel></rss>";
    let feed = parsed(text);
    assert_eq!(feed.episodes[0].published_at.map(|it| it.to_string()).as_deref(), Some("2026-03-03T00:00:00Z"));
    assert_eq!(feed.notes, Vec::<String>::new());
}

#[test]
fn atom_counts_inside_of_rss_where_nothing_else_is_said() {
    let text = r#"<rss xmlns:a="http://www.w3.org/2005/Atom"><channel><item><a:id>1</a:id><a:title>Flood</a:title><a:summary>It rained.</a:summary>
        <a:published>2026-03-03T00:00:00Z</a:published><a:link href="/1"/></item></channel></rss>"#;
    let episode = &parsed(text).episodes[0];
    let read = (episode.guid.as_deref(), episode.title.as_str(), episode.excerpt.as_str(), episode.url.as_deref());
    assert_eq!(read, (Some("1"), "Flood", "It rained.", Some("https://example.org/1")));
    assert_eq!(episode.published_at.map(|it| it.to_string()).as_deref(), Some("2026-03-03T00:00:00Z"));
}

#[test]
fn a_title_is_text_whatever_its_type_says() {
    assert_eq!(titles("<feed><entry><title type='application/x-own'>test</title></entry></feed>"), ["test"]);
}

#[test]
fn a_film_without_an_address_has_the_page_that_plays_it() {
    let text = r#"<rss xmlns:media="http://search.yahoo.com/mrss/"><channel><item><link>/1</link><media:content medium="video" duration="610">
        <media:player url="https://player.example/1"/><media:thumbnail url="/1.png"/><media:title>Flood</media:title></media:content></item></channel></rss>"#;
    let episode = &parsed(text).episodes[0];
    let enclosures: Vec<_> = episode.enclosures.iter().map(|it| (it.url.as_str(), it.mime_type.as_deref())).collect();
    assert_eq!(enclosures, [("https://player.example/1", Some("text/html"))]);
    assert_eq!(
        (episode.kind, episode.duration_seconds, episode.title.as_str()),
        (EpisodeKind::Video, Some(610), "Flood")
    );
    assert_eq!(episode.image_url.as_deref(), Some("https://example.org/1.png"));
}

#[test]
fn the_base64_of_atom_0_3_is_read() {
    let text = r#"<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="base64">Rmxvb2QgPGI+bm93PC9iPg==</title>
        <issued>2026-03-03T00:00:00Z</issued><summary type="text/html" mode="escaped">It &lt;i&gt;rained&lt;/i&gt;</summary></entry></feed>"#;
    let episode = &parsed(text).episodes[0];
    assert_eq!((episode.title.as_str(), episode.excerpt.as_str()), ("Flood now", "It rained"));
    assert_eq!(episode.published_at.map(|it| it.to_string()).as_deref(), Some("2026-03-03T00:00:00Z"));
}

#[test]
fn json_feed_is_read_leniently() {
    let text = r#"{"version":"https://jsonfeed.org/version/1.1","title":"Rivers","home_page_url":"https://example.org/","items":[
        {"id":7,"url":"/seven","title":null,"content_text":"5 < 6, always. And more.","tags":["Water",3],"authors":[{"name":"Ann"}],
         "date_published":"2026-03-03T00:00:00Z","attachments":[{"url":"/a.mp3","mime_type":"audio/mpeg","duration_in_seconds":61.5}]}]}"#;
    let feed = parsed(text);
    let episode = &feed.episodes[0];
    assert_eq!((episode.identity.as_str(), episode.title.as_str()), ("guid:7", "5 < 6, always. And more."));
    assert_eq!((episode.duration_seconds, episode.author.as_deref()), (Some(61), Some("Ann")));
    assert_eq!(feed.source.kind, Some(SourceKind::Podcast));
}

#[test]
fn what_is_wrong_in_a_json_feed_costs_only_itself() {
    let text = r#"{"title":["Rivers"],"items":[7,{"id":"1","title":"\ud800","content_text":"It rained.","tags":"Water","attachments":[1,{"url":2}],
        "author":"Ann","other":[{"":0},{"":0}]},{"id":"2","authors":["Ben",null,{"name":"Cy"}],"id":"3"}],"author":{"name":"Dee"}}"#;
    let feed = parsed(text);
    let read: Vec<_> =
        feed.episodes.iter().map(|it| (it.identity.as_str(), it.title.as_str(), it.author.as_deref())).collect();
    assert_eq!(read, [("guid:1", "It rained.", Some("Ann")), ("guid:3", "Untitled", Some("Ben, Cy"))]);
    assert_eq!(feed.skipped, [Skip { place: "item 1".to_owned(), reason: "it is empty".to_owned() }]);
}

#[test]
fn a_podcast_keeps_its_media_and_numbers() {
    let text = r#"<rss xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"><channel><title>Rivers FM</title>
        <itunes:image href="/cover.png"/><item><title>Flood</title><guid isPermaLink="false">x1</guid><itunes:season>2</itunes:season>
        <itunes:episode>12</itunes:episode><itunes:duration>1:02:03</itunes:duration>
        <enclosure url="https://cdn.example/12.mp3" type="audio/mpeg" length="1000"/></item></channel></rss>"#;
    let feed = parsed(text);
    let episode = &feed.episodes[0];
    assert_eq!(
        (feed.source.kind, feed.source.icon_url.as_deref()),
        (Some(SourceKind::Podcast), Some("https://example.org/cover.png"))
    );
    assert_eq!((episode.series.as_deref(), episode.season, episode.number), (Some("Rivers FM"), Some(2), Some(12)));
    assert_eq!((episode.duration_seconds, episode.enclosures[0].size), (Some(3_723), Some(1_000)));
}

#[test]
fn a_cut_feed_gives_its_complete_items() {
    let text =
        "<rss><channel><title>Rivers</title><item><title>One</title></item><item><title>Two</title><description>It rai";
    let feed = parsed(text);
    assert_eq!(feed.episodes.iter().map(|it| it.title.as_str()).collect::<Vec<_>>(), ["One"]);
    assert_eq!(feed.notes, ["The feed ends in the middle; its complete items were taken."]);
}

#[test]
fn a_cut_json_feed_gives_its_complete_items() {
    let text = r#"{"title":"Rivers","items":[{"title":"One","tags":["}"]},{"title":"Two","content_text":"It rai"#;
    let feed = parsed(text);
    assert_eq!(feed.episodes.iter().map(|it| it.title.as_str()).collect::<Vec<_>>(), ["One"]);
    assert_eq!(feed.notes, ["The feed ends in the middle; its complete items were taken."]);
}

#[test]
fn the_last_item_with_an_identity_wins_and_the_others_are_reported() {
    let text = "<rss><channel><item><guid>1</guid><title>Old</title></item>\n<item><guid>1</guid><title>New</title></item><item/></channel></rss>";
    let feed = parsed(text);
    assert_eq!(feed.episodes.iter().map(|it| it.title.as_str()).collect::<Vec<_>>(), ["New"]);
    let skips = [("item 1 (line 1)", "item 2 (line 2) has the same identity"), ("item 3 (line 2)", "it is empty")];
    let skips: Vec<Skip> =
        skips.map(|(place, reason)| Skip { place: place.to_owned(), reason: reason.to_owned() }).into();
    assert_eq!(feed.skipped, skips);
}

#[test]
fn what_of_an_item_cannot_be_used_is_reported() {
    let text = "<rss><channel><item><title>a</title><link>javascript:x()</link><pubDate>some day</pubDate></item>\n\
        <item><title>b</title><link>http://localhost/</link><enclosure url='file:///b.mp3'/></item>\n\
        <item><title>c</title><link/><enclosure url='c.mp3'/><pubDate>2026-03-03</pubDate></item></channel></rss>";
    let feed = parsed(text);
    let urls: Vec<_> = feed.episodes.iter().map(|it| (it.url.as_deref(), it.enclosures.len())).collect();
    assert_eq!(urls, [(None, 0), (None, 0), (None, 1)]);
    let notes = [
        "2 items have an address that leads to no page or file; the first is item 1 (line 1): javascript:x()",
        "1 item has a date that can't be read; the first is item 1 (line 1): some day",
    ];
    assert_eq!(feed.notes, notes);
}

#[test]
fn characters_that_xml_forbids_are_gone_however_they_are_written() {
    let text = "<rss><channel><item><title>R\u{1}&#2; &#x3;&amp;#4;S&#xD800;&#99999999;&#0;</title><guid>&#1;7</guid></item></channel></rss>";
    let episode = &parsed(text).episodes[0];
    assert_eq!((episode.title.as_str(), episode.guid.as_deref()), ("R S\u{fffd}\u{fffd}\u{fffd}", Some("7")));
}

#[test]
fn items_without_guid_and_link_keep_their_identity() {
    let text = "<rss><channel><item><title>Flood</title></item></channel></rss>";
    assert_eq!(parsed(text).episodes[0].identity, parsed(text).episodes[0].identity);
}

#[test]
fn there_is_an_end_to_items() {
    let text = format!(
        "<rss><channel>{}</channel></rss>",
        (0..12).map(|it| format!("<item><title>{it}a</title></item>")).collect::<Vec<_>>().concat()
    );
    let feed = parse(text.as_bytes(), &Origin { max_items: 10, ..Origin::default() }).expect("a feed");
    assert_eq!(
        (feed.episodes.len(), feed.notes),
        (10, vec!["The feed has 12 items; the last 2 were left out.".to_owned()])
    );
}

#[test]
fn faults_around_items_cost_no_items() {
    for text in [
        "\n<!-- c --><?xml version=\"1.0\"?><rss><channel><item><title>R &amp; S</title></item></channel></rss><script>x</script>",
        "<br><b>Warning</b>: x <?xml version=\"1.0\"?><rss><channel><item><title>R & S</title></item></channel></rss>",
        "<rss><channel><item><title>R &amp S</title><description>a <br> b <p>c</description></item></channel></rss>",
        "<rss><channel><item><title><![CDATA[R &amp; S]]></title></channel></rss>",
    ] {
        assert_eq!(titles(text), ["R & S"], "{text}");
    }
}

#[test]
fn categories_may_stand_in_a_list() {
    let text = "<rss><channel><item><title>x</title><category>Water</category><categories><category>Mud</category></categories></item></channel></rss>";
    assert_eq!(parsed(text).episodes[0].tags, ["Water", "Mud"]);
}

#[test]
fn what_does_not_say_its_language_is_in_that_of_the_answer() {
    let language = |text: &str, by_http: &str| {
        let origin = Origin { content_language: Some(by_http), ..Origin::default() };
        let feed = parse(text.as_bytes(), &origin).expect("a feed");
        feed.source.language.map(|it| it.to_string())
    };
    let silent = "<rss><channel><item><title>x</title></item></channel></rss>";
    assert_eq!(language(silent, "de-AT").as_deref(), Some("de-AT"));
    assert_eq!(language(silent, "de, en"), None);
    assert_eq!(language("<feed xml:lang='fr'/>", "de").as_deref(), Some("fr"));
}

#[test]
fn what_is_no_feed_is_told_from_one() {
    assert_eq!(error(" \n"), "the input is empty");
    assert_eq!(error("hello"), "this is no feed: it is neither XML nor JSON");
    assert_eq!(error("{\"items\":1}"), "this is JSON, but no JSON Feed: it has no list named items");
    assert_eq!(error("{\"items\":"), "this looks like JSON Feed, but can't be read");
    assert_eq!(
        error("<?xml version='1.0'?><urlset/>"),
        "this is no feed: it begins with <urlset>; expected <rss>, <feed> or <rdf:RDF>"
    );
    assert_eq!(error("<!DOCTYPE html><title>x</title>"), "this is a web page, not a feed; it announces no feed");
    assert_eq!(error("<opml><body/></opml>"), "this is a list of feeds (OPML), not a feed; import it as a list");
    let page = "<html><link rel=alternate type=application/rss+xml href=https://example.org/feed title=Posts>";
    assert_eq!(error(page), "this is a web page, not a feed; it announces: https://example.org/feed (Posts)");
    let several = "<link rel=alternate type=text/xml href=/feed>".repeat(2)
        + &(1..=6).map(|it| format!("<link rel=feed href={it}>")).collect::<Vec<_>>().concat();
    let told = "this is a web page, not a feed; it announces: /feed, 1, 2, 3, 4, and 2 more";
    assert_eq!(error(&format!("<html>{several}")), told);
}

#[test]
fn a_feed_without_items_is_a_feed() {
    let feed = parsed("<rss><channel><title>Rivers</title></channel></rss>");
    assert_eq!((feed.source.name.as_str(), feed.episodes, feed.notes), ("Rivers", Vec::new(), Vec::<String>::new()));
}
