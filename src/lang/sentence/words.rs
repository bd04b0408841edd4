//! What people call the things that an expression names.

use crate::error::Text;

/// Labels of what the scope has none for. Each is empty where there is none.
pub trait Words {
    /// A parameter.
    fn parameter(&self, name: &str) -> Text {
        let _ = name;
        Text::default()
    }

    /// A segment.
    fn segment(&self, name: &str) -> Text {
        let _ = name;
        Text::default()
    }

    /// A lifecycle machine.
    fn machine(&self, name: &str) -> Text {
        let _ = name;
        Text::default()
    }

    /// A state of a machine.
    fn state(&self, machine: &str, state: &str) -> Text {
        let _ = (machine, state);
        Text::default()
    }

    /// An axis of the value part.
    fn axis(&self, name: &str) -> Text {
        let _ = name;
        Text::default()
    }
}

/// No labels: everything is called by its name.
#[derive(Debug, Clone, Copy, Default)]
pub struct Names;

impl Words for Names {}

/// Purposes and channels that most firms have.
pub(super) fn common(name: &str) -> Text {
    let (en, zh) = match name {
        "sms" => ("text message", "短信"),
        "email" => ("e-mail", "邮件"),
        "phone" => ("phone", "电话"),
        "wechat" => ("WeChat", "微信"),
        "post" => ("post", "邮寄"),
        "marketing" => ("marketing", "营销"),
        "service" => ("service", "服务"),
        other => (other, other),
    };
    Text::new(en, zh)
}

/// Figures of the value part.
pub(super) fn figure(name: &str) -> Text {
    let (en, zh) = match name {
        "future_value" => ("future value", "未来价值"),
        "past_value" => ("past value", "历史价值"),
        "p_alive" => ("chance of still being active", "仍活跃的概率"),
        "expected_purchases" => ("expected purchases", "预期购买次数"),
        other => (other, other),
    };
    Text::new(en, zh)
}
