//! The syntax of documents (GraphQL, section 2 and appendix B): a text in, async-graphql's tree out.
//!
//! Not async-graphql's own parser, as that of 7.2.1 takes `query () {…}` and `fragment on on T`, refuses
//! escapes outside of the basic plane, keeps the indentation and the escapes of block strings, reads `-0` as a
//! float, and takes several times as long. What has a name twice has no place in the tree: it is told beside it.
//!
//! [`lexer`] cuts tokens, [`literal`] reads numbers and strings; `gate::tokens` has counted tokens and brackets
//! before, so that the descent here is not deep.

pub mod lexer;
mod literal;
pub mod print;

use std::collections::{HashMap, hash_map::Entry};

use async_graphql::{
    Name, Pos, Positioned, ServerError,
    indexmap::IndexMap,
    parser::types::{
        BaseType, Directive, DocumentOperations, ExecutableDocument, Field, FragmentDefinition, FragmentSpread,
        InlineFragment, OperationDefinition, OperationType, Selection, SelectionSet, Type, TypeCondition,
        VariableDefinition,
    },
};
use async_graphql_value::{ConstValue, Value};

use super::error::{Code, coded};
use lexer::{Kind, Places, Token, Tokens};

/// A document, as it was read.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) document: ExecutableDocument,
    /// What has the name of another thing of its kind: operations (section 5.2.2.1, and 5.2.3.1 for those without a
    /// name), fragments (5.5.1.1), fields of input objects (5.6.3). The first of each is in the document.
    pub(super) doubles: Vec<ServerError>,
}

/// Reads a document whose tokens and brackets have been counted.
pub(super) fn parse(text: &str) -> Result<Parsed, ServerError> {
    let mut tokens = Tokens::of(text);
    let next = tokens.next();
    let mut parser = Parser { text, places: Places::of(text), tokens, next, doubles: Vec::new() };
    let document = parser.document()?;
    Ok(Parsed { document, doubles: parser.doubles })
}

type Parse<T> = Result<T, ServerError>;

struct Parser<'d> {
    text: &'d str,
    tokens: Tokens<'d>,
    places: Places<'d>,
    /// The token that is looked at.
    next: Option<Token>,
    doubles: Vec<ServerError>,
}

/// Definitions.
impl Parser<'_> {
    fn document(&mut self) -> Parse<ExecutableDocument> {
        let (mut anonymous, mut named, mut fragments) = (None, HashMap::new(), HashMap::new());
        loop {
            if self.is("fragment") {
                let place = self.here();
                let (name, fragment) = self.fragment()?;
                match fragments.entry(name.node) {
                    Entry::Vacant(free) => drop(free.insert(Positioned::new(fragment, place))),
                    Entry::Occupied(taken) => self.another("fragment", taken.key(), name.pos),
                }
            } else {
                let place = self.here();
                let (name, operation) = self.operation()?;
                let is_alone = anonymous.is_none() && (name.is_some() || named.is_empty());
                match name {
                    _ if !is_alone => self.double(place, "An operation without a name stands alone: name all of them."),
                    None => anonymous = Some(Positioned::new(operation, place)),
                    Some(name) => match named.entry(name.node) {
                        Entry::Vacant(free) => drop(free.insert(Positioned::new(operation, place))),
                        Entry::Occupied(taken) => self.another("operation", taken.key(), name.pos),
                    },
                }
            }
            if self.next.is_none() {
                let operations = anonymous.map_or(DocumentOperations::Multiple(named), DocumentOperations::Single);
                return Ok(ExecutableDocument { operations, fragments });
            }
        }
    }

    fn operation(&mut self) -> Parse<(Option<Positioned<Name>>, OperationDefinition)> {
        let ty = match self.word() {
            "query" | "{" => OperationType::Query,
            "mutation" => OperationType::Mutation,
            "subscription" => OperationType::Subscription,
            _ => return Err(self.expected("a query, a mutation or a fragment")),
        };
        let (mut name, mut variable_definitions, mut directives) = (None, Vec::new(), Vec::new());
        if !self.is("{") {
            self.advance();
            if self.is_name() {
                name = Some(self.name()?);
            }
            if self.is("(") {
                variable_definitions = self.several("(", ")", Self::variable_definition)?;
            }
            directives = self.directives(false)?;
        }
        Ok((name, OperationDefinition { ty, variable_definitions, directives, selection_set: self.selection_set()? }))
    }

    fn variable_definition(&mut self) -> Parse<Positioned<VariableDefinition>> {
        let place = self.here();
        let name = self.variable()?;
        self.take(":")?;
        let var_type = self.positioned(Self::type_of)?;
        let default_value = if self.take_if("=") { Some(self.positioned(Self::constant)?) } else { None };
        let directives = self.directives(true)?;
        Ok(Positioned::new(VariableDefinition { name, var_type, directives, default_value }, place))
    }

    fn fragment(&mut self) -> Parse<(Positioned<Name>, FragmentDefinition)> {
        self.take("fragment")?;
        if self.is("on") {
            return Err(self.expected("the name of the fragment"));
        }
        let name = self.name()?;
        let type_condition = self.positioned(Self::type_condition)?;
        let directives = self.directives(false)?;
        Ok((name, FragmentDefinition { type_condition, directives, selection_set: self.selection_set()? }))
    }

    fn type_condition(&mut self) -> Parse<TypeCondition> {
        self.take("on")?;
        Ok(TypeCondition { on: self.name()? })
    }

    fn type_of(&mut self) -> Parse<Type> {
        let base = if self.take_if("[") {
            let inner = self.type_of()?;
            self.take("]")?;
            BaseType::List(Box::new(inner))
        } else {
            BaseType::Named(self.named("a type")?.node)
        };
        Ok(Type { base, nullable: !self.take_if("!") })
    }
}

/// Selections.
impl Parser<'_> {
    fn selection_set(&mut self) -> Parse<Positioned<SelectionSet>> {
        let place = self.here();
        let items = self.several("{", "}", |parser| parser.positioned(Self::selection))?;
        Ok(Positioned::new(SelectionSet { items }, place))
    }

    fn selection(&mut self) -> Parse<Selection> {
        let place = self.here();
        if !self.take_if("...") {
            return Ok(Selection::Field(Positioned::new(self.field()?, place)));
        }
        if self.is_name() && !self.is("on") {
            let fragment_name = self.name()?;
            let spread = FragmentSpread { fragment_name, directives: self.directives(false)? };
            return Ok(Selection::FragmentSpread(Positioned::new(spread, place)));
        }
        let type_condition = if self.is("on") { Some(self.positioned(Self::type_condition)?) } else { None };
        let directives = self.directives(false)?;
        let fragment = InlineFragment { type_condition, directives, selection_set: self.selection_set()? };
        Ok(Selection::InlineFragment(Positioned::new(fragment, place)))
    }

    fn field(&mut self) -> Parse<Field> {
        let mut name = self.named("a field or a fragment")?;
        let alias = if self.take_if(":") { Some(std::mem::replace(&mut name, self.name()?)) } else { None };
        let arguments = self.arguments(false)?;
        let directives = self.directives(false)?;
        let selection_set = if self.is("{") { self.selection_set()? } else { Positioned::default() };
        Ok(Field { alias, name, arguments, directives, selection_set })
    }

    fn directives(&mut self, constant: bool) -> Parse<Vec<Positioned<Directive>>> {
        let mut directives = Vec::new();
        while self.is("@") {
            let place = self.here();
            self.advance();
            let directive = Directive { name: self.name()?, arguments: self.arguments(constant)? };
            directives.push(Positioned::new(directive, place));
        }
        Ok(directives)
    }

    fn arguments(&mut self, constant: bool) -> Parse<Vec<(Positioned<Name>, Positioned<Value>)>> {
        if !self.is("(") {
            return Ok(Vec::new());
        }
        self.several("(", ")", |parser| {
            let name = parser.named("an argument")?;
            parser.take(":")?;
            Ok((name, parser.positioned(|parser| parser.value(constant))?))
        })
    }
}

/// Values.
impl Parser<'_> {
    fn value(&mut self, constant: bool) -> Parse<Value> {
        let Some(token) = self.next else { return Err(self.expected("a value")) };
        let word = self.word();
        let literal = match token.kind {
            Kind::Number => literal::number(word).map(Value::Number),
            Kind::Text => literal::string(word).map(Value::String),
            Kind::Name => Ok(match word {
                "true" => Value::Boolean(true),
                "false" => Value::Boolean(false),
                "null" => Value::Null,
                name => Value::Enum(Name::new(name)),
            }),
            _ => return self.compound(word, constant),
        };
        let value = literal.map_err(|fault| self.unexpected(&format!("expected a value, found {fault}")))?;
        self.advance();
        Ok(value)
    }

    fn compound(&mut self, word: &str, constant: bool) -> Parse<Value> {
        match word {
            "$" if constant => Err(self.expected("a value without variables")),
            "$" => Ok(Value::Variable(self.variable()?.node)),
            "[" => self.list("[", "]", |parser| parser.value(constant)).map(Value::List),
            "{" => {
                let mut fields = IndexMap::new();
                self.list("{", "}", |parser| {
                    let name = parser.named("a field of an input object")?;
                    parser.take(":")?;
                    let value = parser.value(constant)?;
                    if fields.contains_key(&name.node) {
                        parser.double(name.pos, &format!("The field “{}” is given twice: leave one out.", name.node));
                    } else {
                        fields.insert(name.node, value);
                    }
                    Ok(())
                })?;
                Ok(Value::Object(fields))
            }
            _ => Err(self.expected("a value")),
        }
    }

    fn constant(&mut self) -> Parse<ConstValue> {
        let place = self.here();
        let value = self.value(true)?.into_const();
        value.ok_or_else(|| wrong(place, "expected a value without variables"))
    }

    fn variable(&mut self) -> Parse<Positioned<Name>> {
        self.take("$")?;
        self.name()
    }
}

/// Tokens.
impl<'d> Parser<'d> {
    /// The text of the token that is looked at; nothing at the end.
    fn word(&self) -> &'d str {
        self.next.map_or("", |token| token.text(self.text))
    }

    fn is(&self, word: &str) -> bool {
        self.word() == word
    }

    fn is_name(&self) -> bool {
        self.next.is_some_and(|token| token.kind == Kind::Name)
    }

    fn advance(&mut self) {
        self.next = self.tokens.next();
    }

    fn take_if(&mut self, word: &str) -> bool {
        let is = self.is(word);
        if is {
            self.advance();
        }
        is
    }

    fn take(&mut self, word: &str) -> Parse<()> {
        if self.take_if(word) { Ok(()) } else { Err(self.expected(&format!("“{word}”"))) }
    }

    fn name(&mut self) -> Parse<Positioned<Name>> {
        self.named("a name")
    }

    /// A name, of which it is said what it would name.
    fn named(&mut self, what: &str) -> Parse<Positioned<Name>> {
        if !self.is_name() {
            return Err(self.expected(what));
        }
        let name = Positioned::new(Name::new(self.word()), self.here());
        self.advance();
        Ok(name)
    }

    fn positioned<T>(&mut self, read: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<Positioned<T>> {
        let place = self.here();
        read(self).map(|node| Positioned::new(node, place))
    }

    /// Things between brackets, as many as there are.
    fn list<T>(&mut self, open: &str, close: &str, mut read: impl FnMut(&mut Self) -> Parse<T>) -> Parse<Vec<T>> {
        self.take(open)?;
        let mut items = Vec::new();
        while !self.take_if(close) {
            items.push(read(self)?);
        }
        Ok(items)
    }

    /// The same, one at least.
    fn several<T>(&mut self, open: &str, close: &str, mut read: impl FnMut(&mut Self) -> Parse<T>) -> Parse<Vec<T>> {
        self.take(open)?;
        let mut items = vec![read(self)?];
        while !self.take_if(close) {
            items.push(read(self)?);
        }
        Ok(items)
    }
}

/// Places and faults.
impl Parser<'_> {
    /// Where the token begins that is looked at.
    fn here(&mut self) -> Pos {
        self.places.at(self.next.map_or(self.text.len(), |token| token.start))
    }

    fn expected(&mut self, what: &str) -> ServerError {
        let found = match self.next {
            None => "the end".to_owned(),
            Some(Token { kind: Kind::Text, .. }) => "a string".to_owned(),
            // No longer than names may be, which the gate has seen to; numbers are cut.
            Some(_) => format!("“{}”", self.word().chars().take(128).flat_map(char::escape_debug).collect::<String>()),
        };
        self.unexpected(&format!("expected {what}, found {found}"))
    }

    fn unexpected(&mut self, what: &str) -> ServerError {
        wrong(self.here(), what)
    }

    fn another(&mut self, kind: &str, name: &Name, place: Pos) {
        self.double(place, &format!("There is another {kind} “{name}”: rename one of them."));
    }

    fn double(&mut self, place: Pos, message: &str) {
        self.doubles.push(ServerError::new(message, Some(place)));
    }
}

fn wrong(place: Pos, what: &str) -> ServerError {
    let mut error = coded(&format!("The document is no GraphQL from here on: {what}."), Code::GraphqlParseFailed);
    error.locations.push(place);
    error
}

#[cfg(test)]
mod tests;
