"""Stock and catalogue as tables: a CSV with one row per balance or per SKU, in and out."""
