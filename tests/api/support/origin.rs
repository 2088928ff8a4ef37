//! A server of feeds that may do anything: bytes go as they are given, as slowly as wanted, or never. It has
//! threads of its own, so that it answers a test that waits for a process, too.

use std::{
    collections::HashMap,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{IpAddr, Ipv4Addr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use flate2::{
    Compression,
    write::{DeflateEncoder, GzEncoder, ZlibEncoder},
};
use futures_util::{FutureExt as _, future::BoxFuture};
use precis::ingest::fetch::Resolver;

/// A server on a port of its own, at every address of this machine. It lives as long as the process.
#[derive(Clone)]
pub(crate) struct Origin {
    pub(crate) port: u16,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    connections: usize,
    asked: Vec<Asked>,
    now: usize,
    most_at_a_time: usize,
}

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// `/feed`
    pub(crate) path: String,
    /// The lines of its head, in small letters.
    pub(crate) head: Vec<String>,
    /// What came behind the head.
    pub(crate) body: Vec<u8>,
    /// How many came before, for this path.
    pub(crate) nth: usize,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// What a server does about a request.
#[derive(Clone, Debug)]
pub(crate) enum Does {
    /// Says this, and closes.
    Says(Vec<u8>),
    /// Says this, and then nothing.
    Stalls(Vec<u8>),
    /// Says this a byte at a time, with pauses between.
    Dribbles(Vec<u8>, Duration),
    /// Says this after a while.
    Waits(Duration, Vec<u8>),
}

impl Origin {
    /// Serves what `answer` makes of each request.
    pub(crate) fn start(answer: impl Fn(&Asked) -> Does + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("[::]:0").or_else(|_| TcpListener::bind("0.0.0.0:0")).expect("a listener");
        let port = listener.local_addr().expect("an address").port();
        let seen: Arc<Mutex<Seen>> = Arc::default();
        let origin = Self { port, seen };
        let (served, answer) = (origin.clone(), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (served, answer) = (served.clone(), answer.clone());
                thread::spawn(move || served.serve(stream, &*answer));
            }
        });
        origin
    }

    /// The address of a path, at a host of that name.
    pub(crate) fn url(&self, host: &str, path: &str) -> String {
        format!("http://{host}:{}{path}", self.port)
    }

    /// How many connections were made, whatever was asked on them.
    pub(crate) fn connections(&self) -> usize {
        self.seen().connections
    }

    /// What was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.seen().asked.clone()
    }

    /// How many requests there were at the same time, at most.
    pub(crate) fn most_at_a_time(&self) -> usize {
        self.seen().most_at_a_time
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who asks may go away at any time.
    fn serve(&self, mut stream: TcpStream, answer: &dyn Fn(&Asked) -> Does) {
        self.seen().connections += 1;
        let Ok(Some(asked)) = read(&stream) else { return };
        let asked = {
            let mut seen = self.seen();
            let nth = seen.asked.iter().filter(|before| before.path == asked.path).count();
            let asked = Asked { nth, ..asked };
            seen.asked.push(asked.clone());
            seen.now += 1;
            seen.most_at_a_time = seen.most_at_a_time.max(seen.now);
            asked
        };
        let working = Working(self);
        let done = match answer(&asked) {
            Does::Says(bytes) => {
                // It is over before whoever asked has it.
                drop(working);
                stream.write_all(&bytes)
            }
            Does::Waits(time, bytes) => {
                thread::sleep(time);
                drop(working);
                stream.write_all(&bytes)
            }
            Does::Stalls(bytes) => stream.write_all(&bytes).and_then(|()| wait_for_the_end(&stream)),
            Does::Dribbles(bytes, pause) => bytes.iter().try_for_each(|byte| {
                thread::sleep(pause);
                stream.write_all(&[*byte])
            }),
        };
        drop(done); // whoever asked may have gone away
    }
}

/// A request that is at work.
struct Working<'o>(&'o Origin);

impl Drop for Working<'_> {
    fn drop(&mut self) {
        self.0.seen().now -= 1;
    }
}

/// A request, the first for its path.
fn read(stream: &TcpStream) -> io::Result<Option<Asked>> {
    let mut stream = BufReader::new(stream);
    let mut lines = stream.by_ref().lines();
    let Some(first) = lines.next().transpose()? else { return Ok(None) };
    let mut head = Vec::new();
    for line in lines {
        match line? {
            line if line.is_empty() => break,
            line => head.push(line.to_lowercase()),
        }
    }
    let length = head.iter().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body)?;
    Ok(first.split(' ').nth(1).map(|path| Asked { path: path.to_owned(), head, body, nth: 0 }))
}

fn wait_for_the_end(stream: &TcpStream) -> io::Result<()> {
    io::copy(&mut &*stream, &mut io::sink()).map(|_| ())
}

/// An answer with these lines in its head.
pub(crate) fn says(status: u16, lines: &[&str], body: impl AsRef<[u8]>) -> Does {
    Does::Says(answer(status, lines, body))
}

/// The same, as bytes.
pub(crate) fn answer(status: u16, lines: &[&str], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let lines = lines.iter().flat_map(|line| [*line, "\r\n"]).collect::<String>();
    let head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n{lines}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// A redirect.
pub(crate) fn redirects(status: u16, to: &str) -> Does {
    says(status, &[&format!("location: {to}")], "")
}

/// A feed of that title with these items: what identifies each, and its title.
pub(crate) fn feed(title: &str, items: &[(&str, &str)]) -> String {
    let item = |(guid, title): &(&str, &str)| {
        format!(
            "<item><guid isPermaLink=\"false\">{guid}</guid><title>{title}</title>\
             <pubDate>Sat, 31 Oct 2026 12:00:00 GMT</pubDate></item>"
        )
    };
    let items: String = items.iter().map(item).collect();
    format!("<rss version=\"2.0\"><channel><title>{title}</title>{items}</channel></rss>")
}

/// Packed as `Content-Encoding` names it.
pub(crate) fn packed(encoding: &str, bytes: &[u8]) -> Vec<u8> {
    let best = Compression::best();
    let done = match encoding {
        "gzip" => {
            let mut encoder = GzEncoder::new(Vec::new(), best);
            encoder.write_all(bytes).and_then(|()| encoder.finish())
        }
        "deflate" => {
            let mut encoder = ZlibEncoder::new(Vec::new(), best);
            encoder.write_all(bytes).and_then(|()| encoder.finish())
        }
        "raw deflate" => {
            let mut encoder = DeflateEncoder::new(Vec::new(), best);
            encoder.write_all(bytes).and_then(|()| encoder.finish())
        }
        other => panic!("nobody packs {other}"),
    };
    done.expect("memory takes it")
}

/// Names that a test makes up. Each may lie elsewhere the next time that somebody asks.
#[derive(Clone, Default)]
pub(crate) struct Names(Arc<Mutex<HashMap<String, Vec<Vec<IpAddr>>>>>, Arc<Mutex<Vec<String>>>);

impl Names {
    /// These lie on this machine.
    pub(crate) fn here(names: &[&str]) -> Self {
        let all = Self::default();
        for name in names {
            all.put(name, &[&[Ipv4Addr::LOCALHOST.into()]]);
        }
        all
    }

    /// Where a name lies: at its first question, its second, and so on; at the last of these from then on.
    pub(crate) fn put(&self, name: &str, turns: &[&[IpAddr]]) {
        let turns = turns.iter().map(|addresses| addresses.to_vec()).collect();
        self.0.lock().expect("no panic").insert(name.to_owned(), turns);
    }

    /// Which names were asked for.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.1.lock().expect("no panic").clone()
    }
}

impl Resolver for Names {
    fn resolve(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let mut names = self.0.lock().expect("no panic");
        let found = names.get_mut(&host).map(|turns| if turns.len() > 1 { turns.remove(0) } else { turns[0].clone() });
        self.1.lock().expect("no panic").push(host);
        async move { found.ok_or_else(|| io::ErrorKind::NotFound.into()) }.boxed()
    }
}
