//! What keeps a clause from holding.

use super::{Explanation, Joint, Outcome};

impl Explanation {
    /// The fewest ends that would have to come out otherwise for the clause to
    /// hold; none where it does. Of alternatives, the one that lacks least, the
    /// first of them where several do.
    ///
    /// ```
    /// use guanxi::lang::{Bindings, Scope, Value, check_condition, explain};
    /// use guanxi::facts::Schema;
    ///
    /// let source = r#"{"attributes": {"age": {"type": "int"}, "vip": {"type": "bool"}}}"#;
    /// let schema = Schema::from_json(source)?;
    /// let checked = check_condition("vip || age >= 30 && age < 60", &Scope::of(&schema))?;
    /// let names = Bindings::new().bind("age", Value::Int(70)).bind("vip", Value::Bool(false));
    /// let why = explain(&checked, &names);
    /// let lacking: Vec<&str> = why.lacking().into_iter().map(|end| &*end.text).collect();
    /// assert_eq!(lacking, ["vip"]);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn lacking(&self) -> Vec<&Explanation> {
        self.against(&Outcome::Yes)
    }

    /// The fewest ends that would have to come out otherwise for the clause not
    /// to hold; none where it does not.
    ///
    /// ```
    /// use guanxi::lang::{Bindings, Scope, Value, check_condition, explain};
    /// use guanxi::facts::Schema;
    ///
    /// let source = r#"{"attributes": {"age": {"type": "int"}, "vip": {"type": "bool"}}}"#;
    /// let schema = Schema::from_json(source)?;
    /// let checked = check_condition("vip && (age >= 30 || age < 10)", &Scope::of(&schema))?;
    /// let names = Bindings::new().bind("age", Value::Int(40)).bind("vip", Value::Bool(true));
    /// let why = explain(&checked, &names);
    /// let upholding: Vec<&str> = why.upholding().into_iter().map(|end| &*end.text).collect();
    /// assert_eq!(upholding, ["vip"]);
    /// # Ok::<(), guanxi::Error>(())
    /// ```
    pub fn upholding(&self) -> Vec<&Explanation> {
        if self.outcome == Outcome::Yes { self.against(&Outcome::No) } else { Vec::new() }
    }

    /// The fewest ends that stand against an outcome. As deep as brackets and
    /// named segments go, which both are bounded.
    fn against(&self, wanted: &Outcome) -> Vec<&Explanation> {
        if self.outcome == *wanted {
            return Vec::new();
        }
        let every = |wanted| self.parts.iter().flat_map(|part| part.against(wanted)).collect();
        let least = |wanted| {
            let parts = self.parts.iter().map(|part| part.against(wanted));
            parts.min_by_key(Vec::len).unwrap_or_default()
        };
        let (yes, turned) = match wanted {
            Outcome::No => (false, &Outcome::Yes),
            _ => (true, &Outcome::No),
        };
        let found: Vec<&Explanation> = match self.joint {
            Joint::All if yes => every(wanted),
            Joint::Any if !yes => every(wanted),
            Joint::All | Joint::Any => least(wanted),
            Joint::Not => self.parts.iter().flat_map(|part| part.against(turned)).collect(),
            // What a choice fell on comes last.
            Joint::Choice | Joint::Segment => {
                self.parts.last().map(|taken| taken.against(wanted)).unwrap_or_default()
            }
            // Which of several should give way, or which of none should hold, is
            // not for us to say.
            Joint::One | Joint::Leaf => Vec::new(),
        };
        if found.is_empty() { vec![self] } else { found }
    }
}
