//! The thread on which feeds are taken apart, one after the other, where nobody who has to answer waits for that.
//!
//! It is always the same one. What a thread has made and others have dropped stays with it until it makes
//! something again: each of many threads would keep as much as its largest feed took.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::mpsc,
    thread,
};

use tokio::sync::oneshot;

/// The way to that thread. It ends with the last clone.
#[derive(Clone)]
pub(super) struct Parser(mpsc::Sender<Work>);

type Work = Box<dyn FnOnce() + Send>;

impl Parser {
    /// Starts it.
    pub(super) fn start() -> io::Result<Self> {
        let (work, todo) = mpsc::channel::<Work>();
        thread::Builder::new().name("parser".to_owned()).spawn(move || todo.into_iter().for_each(|work| work()))?;
        Ok(Self(work))
    }

    /// What comes of some work, which is done when it is its turn. A panic is passed on.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let (tell, told) = oneshot::channel();
        let work = move || {
            let done = catch_unwind(AssertUnwindSafe(work));
            // Who asked may have gone.
            drop(tell.send(done));
        };
        // The thread runs for as long as this is there, and answers each time: it catches what panics.
        match self.0.send(Box::new(work)).map(|()| told) {
            Ok(told) => match told.await {
                Ok(Ok(done)) => done,
                Ok(Err(panic)) => resume_unwind(panic),
                Err(_) => std::future::pending().await,
            },
            Err(_) => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_work_is_done_on_one_thread_whatever_becomes_of_it() {
        let parser = Parser::start().expect("a thread");
        let first = parser.run(|| thread::current().id()).await;
        let other = parser.clone();
        let panicked = tokio::spawn(async move { other.run(|| panic!("a fault")).await }).await;
        assert!(panicked.is_err_and(|error| error.is_panic()), "who asked learns of it");
        // Nobody waits for this one.
        drop(parser.run(|| ()));
        assert_eq!(parser.run(|| thread::current().id()).await, first);
        assert_ne!(first, thread::current().id());
    }
}
