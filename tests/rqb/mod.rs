//! Queries of react-querybuilder, in and out.

mod decided;
mod foreign;
mod hostile;
mod laws;
mod people;

use guanxi::Error;
use guanxi::facts::Schema;
use guanxi::json::{self, Json};
use guanxi::lang::rqb::{self, Bounds, Imported};
use guanxi::lang::{Parameter, Scope, Type, Value};

/// A small shop, as queries may name it.
struct Shop {
    schema: Schema,
    parameters: Vec<Parameter>,
    segments: Vec<std::sync::Arc<str>>,
}

impl Shop {
    fn new() -> Shop {
        let schema = Schema::from_json(
            r#"{"attributes": {
                "name": {"type": "text"}, "region": {"type": "enum", "values": ["SH", "east"]},
                "a": {"type": "int"}, "b": {"type": "int"}, "age": {"type": "int"},
                "income": {"type": "money", "currency": "CNY"}, "vip": {"type": "bool"},
                "birth": {"type": "date"}, "joined": {"type": "instant"},
                "hobbies": {"type": "set<text>"}},
              "events": {"purchase": {"list": "purchases", "fields": {
                "amount": {"type": "money", "currency": "CNY"}, "product": {"type": "text"},
                "due": {"type": "date"}}}}}"#,
        )
        .unwrap();
        let parameters = vec![Parameter {
            name: "floor".into(),
            ty: Type::Int,
            value: Value::Int(3),
            text: Default::default(),
        }];
        Shop { schema, parameters, segments: vec!["vips".into()] }
    }

    fn scope(&self) -> Scope<'_> {
        Scope { parameters: &self.parameters, segments: &self.segments, ..Scope::of(&self.schema) }
    }

    fn import(&self, query: &str) -> Result<Imported, Error> {
        rqb::import(&read(query), &self.scope(), Bounds::Turned)
    }

    /// The expression that rules joined by `and` become.
    fn text(&self, rules: &str) -> String {
        let query = format!(r#"{{"combinator": "and", "rules": [{rules}]}}"#);
        self.import(&query).unwrap_or_else(|error| panic!("{rules}\n{error}")).text
    }

    /// The pointers and names of what is wrong with a query.
    fn faults(&self, query: &str) -> Vec<(String, &'static str)> {
        let error = self.import(query).map(|found| found.text).unwrap_err();
        let place = |fault: &guanxi::Fault| fault.pointer.clone().unwrap_or_default();
        error.faults().iter().map(|fault| (place(fault), fault.code.name())).collect()
    }
}

fn read(text: &str) -> Json {
    json::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text}\n{error}"))
}
