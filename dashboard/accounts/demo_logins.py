"""The sign-ins of the demo shop: public on purpose, shown on the sign-in page of a demo and nowhere else."""

PASSWORD = "orderdeck-demo"  # noqa: S105 (every page of a demo says that its sign-ins are public)
USERS = (
    ("owner@demo.example", "Olive Owner", "owner"),
    ("ops@demo.example", "Mia Ops", "ops_manager"),
    ("support@demo.example", "Sam Support", "support"),
    ("warehouse@demo.example", "Tom Warehouse", "warehouse"),
    ("finance@demo.example", "Fay Finance", "finance"),
    ("analyst@demo.example", "Ana Analyst", "analyst"),
)
"""(e-mail, name, role) of each."""
