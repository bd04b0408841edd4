//! Which column of a file feeds what, by its header and the mapping.

use std::collections::{BTreeMap, BTreeSet};

use super::compile::{Builder, Origin};
use super::layout::Place;
use super::mapping::{ColumnMapping, From, Ignore, TableKind};
use super::targets::fixed;
use super::words::{did_you_mean, listed, near};
use crate::error::{Code, Error, Fault};
use crate::json::pointer_push;
use crate::units::shown;

/// Columns that one file may have.
const MOST_COLUMNS: usize = 10_000;

impl<'a> Builder<'a, '_> {
    pub fn mapped(&self) -> &'a [ColumnMapping] {
        self.mapping.map(|table| table.columns.as_slice()).unwrap_or_default()
    }

    /// Every column that the mapping speaks of, and every target that it does
    /// not.
    pub fn every_column(&self) -> Vec<String> {
        let mut names = BTreeSet::new();
        for column in self.mapped() {
            if let From::Column(name) = &column.from {
                names.insert(name.to_string());
            }
        }
        // The field of one kind by itself is asked for only where its plain
        // name means something else.
        let plain = |name: &str| match (self.kind, name.split_once('.')) {
            (TableKind::Events, Some((_, field))) => fixed::EVENT.contains(&field),
            _ => true,
        };
        let free = |name: &&str| {
            plain(name) && !self.mapped().iter().any(|column| *column.target == **name)
        };
        names.extend(self.targets.names().filter(free).map(str::to_owned));
        if let Some(sync) = self.mapping.and_then(|table| table.sync.as_ref()) {
            names.extend(sync.columns().map(str::to_owned));
        }
        if let Some(Ignore::These(ignored)) = self.mapping.map(|table| &table.ignore) {
            names.extend(ignored.iter().map(|name| name.to_string()));
        }
        names.into_iter().collect()
    }

    pub fn read_header(&mut self, header: &[&str]) -> Result<(), Error> {
        if header.len() > MOST_COLUMNS {
            return Err(self.too_wide(header.len()).into());
        }
        let bare = |(position, name): (usize, &&str)| -> Box<str> {
            let name = if position == 0 { name.trim_start_matches('\u{FEFF}') } else { name };
            name.trim().into()
        };
        self.columns = header.iter().enumerate().map(bare).collect();
        self.refuse_duplicates();
        self.feed_mapped();
        self.feed_by_name();
        self.check_ignored();
        Ok(())
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| **column == *name)
    }

    /// Whether it says how a row stands to the host's own, and is no value.
    fn is_of_sync(&self, name: &str) -> bool {
        let sync = self.mapping.and_then(|table| table.sync.as_ref());
        sync.is_some_and(|sync| sync.columns().any(|column| column == name))
    }

    fn is_ignored(&self, name: &str) -> bool {
        if self.is_of_sync(name) {
            return true;
        }
        match self.mapping.map(|table| &table.ignore) {
            None => false,
            Some(Ignore::Others) => true,
            Some(Ignore::These(names)) => names.iter().any(|ignored| **ignored == *name),
        }
    }

    fn is_mentioned(&self, name: &str) -> bool {
        let mut columns = self.mapped().iter();
        columns.any(|column| matches!(&column.from, From::Column(from) if **from == *name))
    }

    fn refuse_duplicates(&mut self) {
        let mut count: BTreeMap<&str, usize> = BTreeMap::new();
        for name in &self.columns {
            *count.entry(name).or_default() += 1;
        }
        let twice: Vec<&str> =
            count.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| name).collect();
        let mut faults = Vec::new();
        for name in twice {
            let useless = self.is_ignored(name)
                && !self.is_mentioned(name)
                && (self.targets.known(name).is_none() || name.is_empty());
            if !useless {
                let place = self.place(name);
                let name = shown(name);
                faults.push(
                    Fault::new(
                        Code::DuplicateColumn,
                        format!("the column `{name}` is there twice"),
                        format!("列 `{name}` 重复"),
                    )
                    .at(place),
                );
            }
        }
        self.faults.append(&mut faults);
    }

    fn feed_mapped(&mut self) {
        for column in self.mapped() {
            let Some(target) = self.targets.known(&column.target).map(str::to_owned) else {
                let fault = self.unknown_target(column);
                self.faults.push(fault);
                continue;
            };
            let (place, name) = match &column.from {
                From::Constant(text) => (Place::Constant(text.clone()), column.target.clone()),
                From::Column(name) => match self.position(name) {
                    Some(position) => (Place::Cell(position), name.clone()),
                    None => {
                        let fault = self.missing_column(name, Some(column));
                        self.faults.push(fault);
                        continue;
                    }
                },
            };
            self.fed.insert(target.into(), Origin { place, name, column: Some(column) });
        }
    }

    /// Columns that the mapping does not speak of mean what they are called.
    fn feed_by_name(&mut self) {
        for (position, name) in self.columns.clone().into_iter().enumerate() {
            if self.is_mentioned(&name) {
                continue;
            }
            let explicit = matches!(
                self.mapping.map(|table| &table.ignore),
                Some(Ignore::These(names)) if names.contains(&name)
            ) || self.is_of_sync(&name);
            let taken = self.mapped().iter().any(|column| column.target == name);
            if !explicit && !taken && self.targets.known(&name).is_some() {
                let origin =
                    Origin { place: Place::Cell(position), name: name.clone(), column: None };
                self.fed.insert(name, origin);
            } else if !self.is_ignored(&name) {
                let fault = self.unknown_column(position, &name);
                self.faults.push(fault);
            }
        }
    }

    fn check_ignored(&mut self) {
        let Some(table) = self.mapping else { return };
        let Ignore::These(names) = &table.ignore else { return };
        for (position, name) in names.iter().enumerate() {
            if self.position(name).is_none() {
                let fault = self.missing_column(name, None);
                let place =
                    pointer_push(&pointer_push(&table.pointer, "ignore"), &position.to_string());
                self.faults.push(fault.at(place));
            }
        }
    }

    fn place(&self, column: &str) -> String {
        format!("{}:1/{column}", self.file)
    }

    fn too_wide(&self, columns: usize) -> Fault {
        Fault::new(
            Code::UnknownColumn,
            format!("the file has {columns} columns, expected at most {MOST_COLUMNS}"),
            format!("文件有 {columns} 列，最多 {MOST_COLUMNS} 列"),
        )
        .at(format!("{}:1", self.file))
    }

    pub fn missing_column(&self, name: &str, column: Option<&ColumnMapping>) -> Fault {
        let near = near(name, self.columns.iter().map(|column| &**column));
        let place = match column {
            Some(column) => column.pointer.clone(),
            None => self.place(name),
        };
        let (file, name) = (self.file, shown(name));
        let fault = Fault::new(
            Code::MissingColumn,
            format!("`{file}` has no column `{name}`"),
            format!("`{file}` 没有列 `{name}`"),
        );
        did_you_mean(fault, near).at(place)
    }

    fn unknown_target(&self, column: &ColumnMapping) -> Fault {
        let near = near(&column.target, self.targets.names());
        let (target, kind) = (shown(&column.target), self.kind);
        let fault = Fault::new(
            Code::UnknownReference,
            format!("`{target}` is nothing that `{kind}` have"),
            format!("`{kind}` 没有 `{target}`"),
        );
        match near {
            Some(_) => did_you_mean(fault, near),
            None => {
                let names = listed(self.targets.names());
                fault.hint(format!("there are {}", names.en), format!("可用的有 {}", names.zh))
            }
        }
        .at(column.pointer.clone())
    }

    /// What seems to stand between cells, as JSON writes it, where all the names
    /// were read as one.
    fn other_delimiter(&self) -> Option<&'static str> {
        let [name] = &self.columns[..] else { return None };
        let signs = [(';', ";"), ('\t', "\\t"), ('|', "|")];
        signs.into_iter().find(|(sign, _)| name.contains(*sign)).map(|(_, written)| written)
    }

    fn unknown_column(&self, position: usize, name: &str) -> Fault {
        if name.is_empty() {
            let number = position + 1;
            return Fault::new(
                Code::UnknownColumn,
                format!("column {number} has no name"),
                format!("第 {number} 列没有名称"),
            )
            .hint(
                "give it a name, or write `\"ignore\": [\"\"]` in the mapping",
                "请给出列名，或在映射中写 `\"ignore\": [\"\"]`",
            )
            .at(format!("{}:1/{number}", self.file));
        }
        let free = |target: &&str| *target != name && !self.fed.contains_key(*target);
        let near = near(name, self.targets.names().filter(free));
        let (place, name) = (self.place(name), shown(name));
        let fault = Fault::new(
            Code::UnknownColumn,
            format!("nothing is known about the column `{name}`"),
            format!("不知道列 `{name}` 的含义"),
        );
        match (near, self.other_delimiter()) {
            (Some(_), _) => did_you_mean(fault, near),
            (None, Some(sign)) => fault.hint(
                format!(
                    "say in the mapping what stands between cells: `\"delimiter\": \"{sign}\"`"
                ),
                format!("请在映射中说明单元格的分隔符：`\"delimiter\": \"{sign}\"`"),
            ),
            (None, None) => fault.hint(
                "say in the mapping what it feeds, or list it under `ignore`",
                "请在映射中说明它对应什么，或列入 `ignore`",
            ),
        }
        .at(place)
    }
}
