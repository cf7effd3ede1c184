"""Orders of the past: sold, shipped and returned at each row's own time, written in batches."""
