"""SQL behind the KPIs: every query for one location or for all, moments as microseconds since 1970."""
