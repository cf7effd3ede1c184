"""What it adds up to: KPIs by their formulas."""
