//! Documents that an operator trusts: read from a folder at the start, and then the only ones that are
//! answered.
//!
//! A file `page.graphql` is a document with the id `page`. A `.json` file holds many, as build tools write
//! them: an object of documents by their ids, or a list of `{id, body}` under `operations`. Every document is
//! also known by the SHA-256 of its text.

use std::{
    collections::{BTreeMap, HashMap},
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Deserialize;

use super::{Hash, hash_of};

/// The documents of a folder.
#[derive(Clone, Debug, Default)]
pub struct TrustedDocuments {
    by_hash: HashMap<Hash, Arc<str>>,
    by_name: HashMap<String, Arc<str>>,
}

/// Why a folder of documents can't be used. The texts are for the operator.
#[derive(Debug, thiserror::Error)]
pub enum TrustedError {
    /// A file or the folder can't be read.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// A `.json` file has another form.
    #[error("{}: {error}; expected an object of documents by their ids", path.display())]
    Manifest {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        error: serde_json::Error,
    },
    /// A document does not parse, is past a limit, or does not fit the schema.
    #[error("{}: the document “{id}” will not do: {message}", path.display())]
    Document {
        /// In which file.
        path: PathBuf,
        /// Its id.
        id: String,
        /// What is wrong with it.
        message: String,
    },
    /// Two documents have one id.
    #[error("{}: there is another document “{id}”", path.display())]
    Twice {
        /// The file of the second one.
        path: PathBuf,
        /// The id.
        id: String,
    },
    /// Nothing could be asked at all.
    #[error("{}: there is no document in this folder", .0.display())]
    Empty(PathBuf),
}

/// The documents of a `.json` file.
#[derive(Deserialize)]
#[serde(untagged)]
enum Manifest {
    List { operations: Vec<Listed> },
    Object(BTreeMap<String, String>),
}

#[derive(Deserialize)]
struct Listed {
    id: String,
    body: String,
}

impl TrustedDocuments {
    /// Reads all documents of a folder; not those of folders in it. `examine` says what is wrong with one.
    pub fn read(folder: &Path, examine: impl Fn(&str) -> Result<(), String>) -> Result<Self, TrustedError> {
        let unreadable = |error| TrustedError::Unreadable { path: folder.into(), error };
        let mut documents = Self::default();
        let entries: Result<Vec<_>, _> = fs::read_dir(folder).map_err(unreadable)?.collect();
        let mut paths: Vec<_> = entries.map_err(unreadable)?.into_iter().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            match path.extension().and_then(|it| it.to_str()) {
                Some("graphql" | "gql") => {
                    let id = path.file_stem().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
                    documents.add(&path, id, text_of(&path)?, &examine)?;
                }
                Some("json") => documents.add_all(&path, &text_of(&path)?, &examine)?,
                _ => {}
            }
        }
        if documents.by_hash.is_empty() { Err(TrustedError::Empty(folder.into())) } else { Ok(documents) }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_hash.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_hash.is_empty()
    }

    pub(super) fn by_hash(&self, hash: &Hash) -> Option<Arc<str>> {
        self.by_hash.get(hash).cloned()
    }

    pub(super) fn by_name(&self, name: &str) -> Option<Arc<str>> {
        self.by_name.get(name).cloned()
    }

    fn add_all(
        &mut self,
        path: &Path,
        text: &str,
        examine: &impl Fn(&str) -> Result<(), String>,
    ) -> Result<(), TrustedError> {
        let manifest =
            serde_json::from_str(text).map_err(|error| TrustedError::Manifest { path: path.into(), error })?;
        let documents: Vec<(String, String)> = match manifest {
            Manifest::Object(documents) => documents.into_iter().collect(),
            Manifest::List { operations } => operations.into_iter().map(|it| (it.id, it.body)).collect(),
        };
        documents.into_iter().try_for_each(|(id, text)| self.add(path, id, text, examine))
    }

    fn add(
        &mut self,
        path: &Path,
        id: String,
        text: String,
        examine: &impl Fn(&str) -> Result<(), String>,
    ) -> Result<(), TrustedError> {
        if let Err(message) = examine(&text) {
            return Err(TrustedError::Document { path: path.into(), id, message });
        }
        let text: Arc<str> = text.into();
        self.by_hash.insert(hash_of(&text), text.clone());
        match self.by_name.insert(id.clone(), text) {
            Some(_) => Err(TrustedError::Twice { path: path.into(), id }),
            None => Ok(()),
        }
    }
}

fn text_of(path: &Path) -> Result<String, TrustedError> {
    fs::read_to_string(path).map_err(|error| TrustedError::Unreadable { path: path.into(), error })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            fs::write(folder.path().join(name), text).expect("a file");
        }
        folder
    }

    fn examine(text: &str) -> Result<(), String> {
        if text.ends_with('}') { Ok(()) } else { Err("it does not end".to_owned()) }
    }

    /// What is wrong with a folder of these files, without its path.
    fn refusal(files: &[(&str, &str)]) -> String {
        let folder = folder(files);
        let error = TrustedDocuments::read(folder.path(), examine).expect_err("a refusal").to_string();
        error.replace(&folder.path().display().to_string(), "DIR")
    }

    #[test]
    fn documents_are_found_by_file_by_manifest_and_by_hash() {
        let folder = folder(&[
            ("page.graphql", "{ tags { totalCount } }"),
            ("relay.json", r#"{"a1": "{ a }"}"#),
            (
                "list.json",
                r#"{"format": "x", "version": 1, "operations": [{"id": "b2", "name": "B", "body": "{ b }"}]}"#,
            ),
            ("notes.txt", "no document"),
        ]);
        let documents = TrustedDocuments::read(folder.path(), examine).expect("documents");
        assert_eq!(documents.len(), 3);
        for (id, text) in [("page", "{ tags { totalCount } }"), ("a1", "{ a }"), ("b2", "{ b }")] {
            assert_eq!(documents.by_name(id).as_deref(), Some(text));
            assert_eq!(documents.by_hash(&hash_of(text)).as_deref(), Some(text));
        }
        assert_eq!(documents.by_name("notes"), None);
        assert_eq!(documents.by_hash(&hash_of("{ c }")), None);
    }

    #[test]
    fn a_folder_that_will_not_do_says_why() {
        assert_eq!(refusal(&[]), "DIR: there is no document in this folder");
        assert_eq!(
            refusal(&[("a.json", "[1]")]),
            "DIR/a.json: data did not match any variant of untagged enum Manifest; expected an object of documents by their ids"
        );
        assert_eq!(
            refusal(&[("a.graphql", "{ a }"), ("b.json", r#"{"a": "{ b }"}"#)]),
            "DIR/b.json: there is another document “a”"
        );
        let broken = refusal(&[("a.graphql", "{ a ")]);
        assert_eq!(broken, "DIR/a.graphql: the document “a” will not do: it does not end");
        let folder = Path::new("no such folder");
        assert!(matches!(TrustedDocuments::read(folder, examine), Err(TrustedError::Unreadable { .. })));
    }
}
