"""guanxi inside a shop's ERP: its tables every night, one order as it comes, and why, on a screen."""

from pathlib import Path

import guanxi

playbook = guanxi.Playbook(Path("examples/presets/retail.json").read_text("utf-8"))
mapping = Path("examples/sync/mapping.json").read_text("utf-8")
store = guanxi.Store.in_memory(playbook)  # Store.open("crm.guanxi", playbook) keeps it.
feeds = store.feeds(playbook)

# Every night: the rows of the host's own tables, by the names that they have there.
members = [
    {"member_no": "M-1", "mobile": "13800000001", "sms_ok": "1"},
    {"member_no": "M-2", "mobile": "13800000002", "sms_ok": "0"},
]
order = {"order_no": "S-1", "member_no": "M-1", "ordered_at": "2026-03-02 10:12:00"}
order |= {"paid": "120.00", "status": "paid", "updated_at": "2026-03-02 10:12:00"}
night = "2026-03-03 02:00"
feeds.sync(members, table="members", mapping=mapping, seen=night, follow=True)
synced = feeds.sync([order], table="orders", mapping=mapping, seen=night, follow=True)
print(f"new orders: {synced['new']}")
states = store.journey(playbook, "M-1", night).states()
print(f"M-1: {states[1]['state_label']['en']}")

# As it comes: one order, and what follows from it.
row = {"kind": "purchase", "id": "S-2", "customer": "M-2", "at": "2026-03-03 11:30", "amount": "80.50"}
told = store.follow(playbook).apply([row], "2026-03-03 11:30")
print(f"changed by S-2: {told['changes']}")

# On a screen: where a customer is, what comes next, and why.
relationship = store.journey(playbook, "M-2", "2026-06-01").states()[1]
following = relationship["next"]
print(f"M-2: {relationship['state_label']['zh-Hans']}")
print(f"{following['days']} 天后：{following['to_label']['zh-Hans']}（{following['because']['zh-Hans']}）")
