"""Bulk actions: one thing done to many orders by a job, with a result per row, progress on every screen, and undo where it is legal."""
