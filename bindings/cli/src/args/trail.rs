//! Who acts, and the arguments of `guanxi audit-trail`.

use std::path::PathBuf;

use clap::Args;
use guanxi::store::Signature;
use guanxi::units::Instant;

/// Who acts, and why, for the audit trail.
#[derive(Debug, Clone, Default, Args)]
pub struct Signed {
    /// Who acts, for the audit trail
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
    /// Why, for the audit trail
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

impl Signed {
    /// The same for a store; `at`: when it is done, where the act does not say.
    pub fn signature(&self, at: Option<Instant>) -> Signature {
        let text = |it: &Option<String>| it.as_deref().unwrap_or_default().into();
        Signature { actor: text(&self.actor), reason: text(&self.reason), at }
    }
}

/// `guanxi audit-trail`
#[derive(Debug, Args)]
pub struct AuditTrail {
    /// The store, which is only read
    #[arg(long, value_name = "FILE")]
    pub db: PathBuf,
    /// The playbook
    #[arg(long, value_name = "FILE")]
    pub playbook: PathBuf,
    /// Only what was done about this customer, erased since or not
    #[arg(long, value_name = "ID")]
    pub about: Option<String>,
    /// Only what comes after this number
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub after: u64,
    /// So many at most; 1,000 by default
    #[arg(long, value_name = "N", default_value_t = 1_000, hide_default_value = true, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
    /// A hash that was printed earlier and kept elsewhere: an entry must still have it
    #[arg(long, value_name = "HASH")]
    pub expect: Option<String>,
}
