//! What the playbook's people call its definitions.

use super::document::Playbook;
use crate::error::Text;
use crate::lang::sentence::{self, Sentence, Words};
use crate::lang::{Checked, Scope};

impl Words for Playbook {
    fn parameter(&self, name: &str) -> Text {
        let setting = self.settings().iter().find(|setting| &*setting.name == name);
        setting.map(|setting| setting.text.clone()).unwrap_or_default()
    }

    fn segment(&self, name: &str) -> Text {
        Playbook::segment(self, name).map(|segment| segment.text().clone()).unwrap_or_default()
    }

    fn machine(&self, name: &str) -> Text {
        Playbook::machine(self, name).map(|machine| machine.text.clone()).unwrap_or_default()
    }

    fn state(&self, machine: &str, state: &str) -> Text {
        let states = Playbook::machine(self, machine).map(|machine| &machine.states);
        let state = states.and_then(|states| states.iter().find(|it| &*it.name == state));
        state.map(|state| state.text.clone()).unwrap_or_default()
    }

    fn axis(&self, name: &str) -> Text {
        let axes = self.value().map(|value| &value.axes);
        let axis = axes.and_then(|axes| axes.iter().find(|axis| &*axis.name == name));
        axis.map(|axis| axis.text.clone()).unwrap_or_default()
    }
}

impl Playbook {
    /// A condition as business people write it, with the labels of this
    /// playbook.
    ///
    /// # Inputs
    ///
    /// `checked`: a condition that was checked against
    /// [`scope`](Playbook::scope).
    ///
    /// # Cost
    ///
    /// Linear in the condition.
    pub fn say(&self, checked: &Checked, language: crate::error::Language) -> Sentence {
        let scope: Scope<'_> = self.scope();
        sentence::say(checked, &scope, self, language)
    }
}
