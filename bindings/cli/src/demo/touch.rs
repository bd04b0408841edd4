//! Visits, mails, posts, seminars: everything that touches without selling.

use super::event::{Cell, Column, Kind};
use super::firm;
use super::rhythm::{DAY, END, Seconds};
use super::story::Story;

impl Story<'_> {
    /// Visits to the web site between two times, so many a busy day.
    pub(super) fn looks_around(&mut self, from: Seconds, until: Seconds, a_day: f64) {
        let pace = a_day * self.customer.curiosity * self.scale.touching;
        if pace <= 0.0 {
            return;
        }
        let until = until.min(END);
        let mut at = self.firm.browsing.after(from, self.random.exponential() / pace);
        while at < until {
            self.visit(at);
            at = self.firm.browsing.after(at + 1, self.random.exponential() / pace);
        }
    }

    /// People look before they buy: the wish shows in the days before.
    pub(super) fn looks_around_before(&mut self, at: Seconds) {
        let visits = self.random.below(3);
        for _ in 0..visits {
            if self.follows(0.6) {
                let before = (self.random.exponential() * 1.2 * DAY as f64) as Seconds;
                self.visit((at - before).max(self.customer.arrived));
            }
        }
    }

    /// One visit to the web site.
    pub(super) fn visit(&mut self, at: Seconds) {
        let page = self.random.pick_weighted(&firm::PAGES);
        let visit = self
            .event(Kind::WebVisit, at)
            .with(Column::Topic, Cell::Word(page))
            .with(Column::Minutes, Cell::Int((3.0 * self.random.exponential()) as i64));
        self.clerk.record(visit);
    }

    /// Mailings opened, and links in them followed, less after leaving.
    pub(super) fn reads_mail(&mut self, left: Seconds) {
        if !self.customer.reads_mail {
            return;
        }
        let opens = 0.17 * self.customer.curiosity * self.scale.touching;
        for (mailing, sent) in firm::mailings() {
            let eager = if sent < left { 1.0 } else { 0.3 };
            if sent < self.customer.arrived || !self.random.chance((opens * eager).min(0.95)) {
                continue;
            }
            let campaign = Cell::Word(firm::CAMPAIGNS[mailing % firm::CAMPAIGNS.len()]);
            let at = self.firm.browsing.after(sent, 0.6 * self.random.exponential());
            let opened = self.event(Kind::EmailOpen, at).with(Column::Topic, campaign);
            self.clerk.record(opened);
            if self.random.chance(0.18) {
                let clicked = self.event(Kind::Click, at + 40).with(Column::Topic, campaign);
                self.clerk.record(clicked);
                self.visit(at + 45);
            }
        }
    }

    /// Posts in the community while the interest lasts, and a while longer.
    pub(super) fn writes_in_community(&mut self, left: Seconds) {
        let pace = self.customer.curiosity * self.scale.touching / 70.0;
        let until = left.saturating_add(60 * DAY).min(END);
        let mut at =
            self.firm.browsing.after(self.customer.arrived, self.random.exponential() / pace);
        while at < until {
            let likes = (2.5 * self.random.gamma(0.5) * (0.5 + self.content)) as i64;
            let post = self
                .event(Kind::CommunityPost, at)
                .with(Column::Topic, Cell::Word(self.random.pick(&firm::POSTS)))
                .with(Column::Score, Cell::Int(likes));
            self.clerk.record(post);
            at = self.firm.browsing.after(at + 1, self.random.exponential() / pace);
        }
    }

    /// An evening with coffee.
    pub(super) fn attends_seminar(&mut self, at: Seconds) {
        let online = self.random.chance(0.4);
        let seminar = self
            .event(Kind::Seminar, at)
            .with(Column::Topic, Cell::Word(self.random.pick(&firm::SEMINARS)))
            .with(Column::Channel, Cell::Word(if online { "线上" } else { "线下" }));
        self.clerk.record(seminar);
        self.feel(0.04);
    }
}
