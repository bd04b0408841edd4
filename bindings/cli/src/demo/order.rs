//! A purchase and everything that follows from it.

use super::event::{Cell, Column, Event, Kind};
use super::firm::{self, Category, Product};
use super::rhythm::{DAY, END, HOUR, Seconds};
use super::story::Story;

impl Story<'_> {
    /// One purchase at a time, with delivery, trouble, thanks and care.
    pub(super) fn purchases(&mut self, at: Seconds) {
        self.orders += 1;
        let order = Cell::Order(self.customer.number, self.orders);
        let product = self.chooses();
        let shop = self.random.pick_weighted(&[(0, 18), (1, 34), (2, 22), (3, 14), (4, 12)]);
        let quantity = self.how_many(product);
        let amount = self.price(product, at) * quantity;
        self.looks_around_before(at);
        let purchase = self
            .event(Kind::Purchase, at)
            .with(Column::Order, order)
            .with(Column::Product, Cell::Word(product.id))
            .with(Column::Category, Cell::Word(product.category.name()))
            .with(Column::Quantity, Cell::Int(quantity))
            .with(Column::Amount, Cell::Fen(amount))
            .with(Column::Channel, Cell::Word(firm::SHOPS[shop].0));
        self.clerk.record(purchase);
        let is_sent = shop != firm::IN_STORE && product.category != Category::Service;
        let (arrived, late) = if is_sent { self.is_delivered(order, at) } else { (at, 0) };
        self.may_complain(order, arrived, late);
        self.may_return(order, arrived, amount, late);
        self.may_rate(order, arrived);
        if product.category == Category::Machine {
            self.uses_machine(arrived);
        }
        if self.follows(0.12) {
            self.is_cared_for(arrived);
        }
        if self.follows(0.02) {
            self.suggests(arrived);
        }
    }

    fn chooses(&mut self) -> &'static Product {
        let first = self.orders == 1;
        let wealthy = self.customer.purse > 1.2;
        let category = if first {
            let machine = if wealthy { 66 } else { 48 };
            self.random.pick_weighted(&[
                (Category::Machine, machine),
                (Category::Beans, 36),
                (Category::Accessory, 12),
                (Category::Service, 4),
            ])
        } else {
            self.random.pick_weighted(&[
                (Category::Machine, 3),
                (Category::Beans, 74),
                (Category::Accessory, 18),
                (Category::Service, 5),
            ])
        };
        let dear =
            |product: &Product| product.category == Category::Machine && product.price > 100_000;
        let weight = |product: &Product| match (product.category == category, dear(product)) {
            (false, _) => 0,
            (true, true) if wealthy => product.weight * 3,
            (true, _) => product.weight,
        };
        let total: u32 = firm::PRODUCTS.iter().map(weight).sum();
        let mut left = self.random.below(total as usize) as u32;
        for product in &firm::PRODUCTS {
            if left < weight(product) {
                return product;
            }
            left -= weight(product);
        }
        &firm::PRODUCTS[0]
    }

    fn how_many(&mut self, product: &Product) -> i64 {
        match product.category {
            Category::Beans => {
                let wanted = self.customer.purse * self.random.gamma(3.0);
                1 + (wanted * 1.2) as i64
            }
            Category::Accessory => self.random.pick_weighted(&[(1, 80), (2, 16), (3, 4)]),
            Category::Machine | Category::Service => 1,
        }
    }

    /// What one piece costs this customer at this time.
    fn price(&mut self, product: &Product, at: Seconds) -> i64 {
        let raised = at >= firm::PRICES_RAISED
            && matches!(product.category, Category::Beans | Category::Accessory);
        let list = if raised { product.price * 112 / 100 } else { product.price };
        let percent = self.random.pick_weighted(&[(100, 60), (95, 20), (90, 14), (80, 6)]);
        list * percent / 100
    }

    /// Delivery on the third day or later; late in the southwest since the
    /// new warehouse. Returns when the goods came, and how many days late.
    fn is_delivered(&mut self, order: Cell, at: Seconds) -> (Seconds, i64) {
        let troubled = self.customer.region == firm::SOUTHWEST && at >= firm::WAREHOUSE_OPENED;
        let promised = at / DAY + 3;
        let late = match self.random.chance(if troubled { 0.45 } else { 0.07 }) {
            true if troubled => self.random.between(2, 9),
            true => self.random.between(1, 4),
            false => -self.random.between(0, 2),
        };
        let days = promised + late - at / DAY;
        let arrived = self.firm.office.moment(&mut self.random, at, days);
        if self.random.chance(0.98) {
            let delivery = self
                .event(Kind::Delivery, arrived)
                .with(Column::Order, order)
                .with(Column::PromisedOn, Cell::Day(promised));
            self.clerk.record(delivery);
        }
        self.feel(-0.035 * late.max(0) as f64);
        (arrived, late.max(0))
    }

    /// A complaint, more likely about late goods; solved soon, late or never.
    fn may_complain(&mut self, order: Cell, arrived: Seconds, late: i64) {
        if !self.follows((0.025 + 0.06 * late as f64).min(0.5)) {
            return;
        }
        let topic = if late > 0 && self.random.chance(0.8) { 0 } else { 1 + self.random.below(4) };
        let at = self.firm.browsing.after(arrived, 1.5 * self.random.exponential());
        let by = 12 + self.random.below(4);
        let complaint = self
            .event(Kind::Complaint, at)
            .with(Column::Order, order)
            .with(Column::Topic, Cell::Word(firm::COMPLAINTS[topic]))
            .with(Column::By, Self::by(by));
        let number = self.clerk.record(complaint.clone());
        self.feel(-0.22);
        if self.random.chance(0.82) {
            let days = 2.5 * self.random.factor(1.0);
            let solved = self.firm.office.after(at, days);
            let known = complaint.with(Column::SolvedAt, Cell::At(solved));
            if let Some(number) = number {
                self.clerk.correct(known, number, solved + 20 * 60);
            }
            self.feel(if days < 2.0 { 0.24 } else { 0.1 });
            if self.random.chance(0.4) {
                self.is_conceded_to(order, solved);
            }
        }
        if self.follows(0.6) {
            self.is_visited(self.firm.office.after(at, 5.0), by);
        }
    }

    fn is_conceded_to(&mut self, order: Cell, solved: Seconds) {
        let fen = self.random.pick_weighted(&[(2_000, 5), (5_000, 4), (10_000, 2), (20_000, 1)]);
        let concession = self
            .event(Kind::Concession, solved + HOUR / 2)
            .with(Column::Order, order)
            .with(Column::Amount, Cell::Fen(fen))
            .with(Column::Topic, Cell::Word("优惠券"));
        self.clerk.record(concession);
        self.feel(0.08);
    }

    fn may_return(&mut self, order: Cell, arrived: Seconds, amount: i64, late: i64) {
        if !self.follows(0.03 + 0.02 * late as f64) {
            return;
        }
        let part = if self.random.chance(0.8) { amount } else { amount / 2 };
        let at = self.firm.office.after(arrived, 1.0 + 4.0 * self.random.exponential());
        let topic = if late > 2 {
            "配送延误"
        } else {
            self.random.pick(&["不喜欢", "质量问题", "买错"])
        };
        let refund = self
            .event(Kind::Refund, at)
            .with(Column::Order, order)
            .with(Column::Amount, Cell::Fen(part))
            .with(Column::Topic, Cell::Word(topic));
        self.clerk.record(refund);
        self.feel(-0.1);
    }

    /// Stars: mostly what they feel; some give five whatever they feel.
    fn may_rate(&mut self, order: Cell, arrived: Seconds) {
        if !self.follows(0.2) {
            return;
        }
        let polite = self.random.chance(0.25);
        let felt = 1.2 + 4.2 * self.content + 0.6 * self.random.normal();
        let stars = if polite { 5 } else { (felt as i64).clamp(1, 5) };
        let at = self.firm.browsing.after(arrived, 2.0 * self.random.exponential());
        let rating = self
            .event(Kind::Rating, at)
            .with(Column::Order, order)
            .with(Column::Score, Cell::Int(stars));
        self.clerk.record(rating);
    }

    /// Milestones, questions and a visit after a machine was bought.
    fn uses_machine(&mut self, arrived: Seconds) {
        let path = [
            ("装机", 1.0, 0.85),
            ("首杯", 1.0, 0.8),
            ("第100杯", 60.0, 0.65),
            ("首次除垢", 90.0, 0.6),
        ];
        let mut at = arrived;
        for (milestone, days, chance) in path {
            if !self.follows(chance) {
                break;
            }
            at = self.firm.browsing.after(at, days * (0.5 + 0.5 * self.random.exponential()));
            let reached =
                self.event(Kind::UsageMilestone, at).with(Column::Topic, Cell::Word(milestone));
            self.clerk.record(reached);
            self.feel(0.03);
        }
        if self.follows(0.5) {
            let day = self.firm.office.after(arrived, self.random.between(6, 12) as f64);
            let by = 12 + self.random.below(4);
            self.is_visited(day, by);
        }
        if self.follows(0.14) {
            self.asks_for_help(arrived);
        }
    }

    fn asks_for_help(&mut self, arrived: Seconds) {
        let at = self.firm.browsing.after(arrived, 40.0 * self.random.exponential());
        let waited = (90.0 * self.random.factor(1.1)) as i64 + 1;
        let by = 12 + self.random.below(4);
        let result = if self.random.chance(0.85) { "已解决" } else { "未解决" };
        let ticket = self
            .event(Kind::Ticket, at)
            .with(Column::Topic, Cell::Word(self.random.pick(&firm::TICKETS)))
            .with(Column::By, Self::by(by))
            .with(Column::Minutes, Cell::Int(waited))
            .with(Column::Result, Cell::Word(result));
        self.clerk.record(ticket);
        self.feel(match result {
            "已解决" if waited < 120 => 0.06,
            "已解决" => 0.0,
            _ => -0.15,
        });
        if self.follows(0.5) {
            self.costs(at + 2 * HOUR, "服务", 3_000, 15_000);
        }
    }

    /// A return visit, which confirms how things are and shows care.
    pub(super) fn is_visited(&mut self, at: Seconds, by: usize) {
        let result = if self.random.chance(0.2) {
            "未接通"
        } else if self.random.chance(self.content) {
            "满意"
        } else {
            self.random.pick(&["一般", "不满意"])
        };
        let visit = self
            .event(Kind::ReturnVisit, at)
            .with(Column::By, Self::by(by))
            .with(Column::Channel, Cell::Word(self.random.pick_weighted(&firm::TOUCHES)))
            .with(Column::Result, Cell::Word(result));
        self.clerk.record(visit);
        if result == "未接通" {
            return;
        }
        self.feel(0.03);
        if self.follows(0.35) {
            self.answers_survey(at);
        }
        if self.follows(0.25) {
            self.costs(at + HOUR, "服务", 1_000, 6_000);
        }
    }

    fn answers_survey(&mut self, at: Seconds) {
        let felt = 1.5 + 9.5 * self.content + 1.2 * self.random.normal();
        let survey = self
            .event(Kind::Survey, self.firm.browsing.after(at, 0.5))
            .with(Column::Score, Cell::Int((felt as i64).clamp(0, 10)));
        self.clerk.record(survey);
    }

    /// Staff get in touch without being asked.
    fn is_cared_for(&mut self, arrived: Seconds) {
        let at = self.firm.office.after(arrived, 8.0 + 10.0 * self.random.exponential());
        let by = self.owner(at);
        let contact = self
            .event(Kind::Contact, at)
            .with(Column::Channel, Cell::Word(self.random.pick_weighted(&firm::TOUCHES)))
            .with(Column::By, Self::by(by))
            .with(Column::Topic, Cell::Word(self.random.pick(&["关怀", "新品推荐", "续购提醒"])));
        self.clerk.record(contact);
        self.feel(0.02);
    }

    fn suggests(&mut self, arrived: Seconds) {
        let at = self.firm.browsing.after(arrived, 6.0 * self.random.exponential());
        let decided = self.random.chance(0.5);
        let adopted = self.random.chance(0.3);
        let suggestion = self
            .event(Kind::Suggestion, at)
            .with(Column::Topic, Cell::Word(self.random.pick(&firm::SUGGESTIONS)))
            .with(Column::Adopted, if decided { Cell::Bool(adopted) } else { Cell::Empty });
        self.clerk.record(suggestion);
    }

    /// Money spent on this customer.
    pub(super) fn costs(&mut self, at: Seconds, purpose: &'static str, from: i64, to: i64) {
        let cost = self
            .event(Kind::Cost, at)
            .with(Column::Amount, Cell::Fen(self.random.between(from, to)))
            .with(Column::Topic, Cell::Word(purpose));
        self.clerk.record(cost);
    }

    /// An offer for one of the dear machines.
    pub(super) fn is_quoted(&mut self, at: Seconds) {
        let product = &firm::PRODUCTS[2 + self.random.below(2)];
        let by = self.owner(at);
        let quote = self
            .event(Kind::Quote, at)
            .with(Column::Product, Cell::Word(product.id))
            .with(Column::Amount, Cell::Fen(product.price * 95 / 100))
            .with(Column::By, Self::by(by));
        self.clerk.record(quote);
    }

    /// An order that was taken back before anything was sent.
    pub(super) fn cancels_order(&mut self, at: Seconds) {
        if at >= END {
            return;
        }
        self.orders += 1;
        let product = &firm::PRODUCTS[self.random.below(4)];
        let cancelled = self
            .event(Kind::OrderCancelled, at)
            .with(Column::Order, Cell::Order(self.customer.number, self.orders))
            .with(Column::Product, Cell::Word(product.id))
            .with(Column::Amount, Cell::Fen(product.price))
            .with(Column::Topic, Cell::Word(self.random.pick(&["价格", "等待太久", "改变主意"])));
        self.clerk.record(cancelled);
    }

    /// An event of somebody at the firm telephoning, or being telephoned.
    pub(super) fn is_called(&mut self, at: Seconds, topic: &'static str) {
        let by = self.owner(at);
        let call: Event = self
            .event(Kind::Call, at)
            .with(
                Column::Channel,
                Cell::Word(if self.random.chance(0.7) { "呼出" } else { "呼入" }),
            )
            .with(Column::By, Self::by(by))
            .with(Column::Topic, Cell::Word(topic))
            .with(Column::Minutes, Cell::Int(1 + (4.0 * self.random.exponential()) as i64));
        self.clerk.record(call);
    }
}
