"""Which location sends an order, by ranked rules, and why."""
