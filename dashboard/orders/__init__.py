"""What was ordered: orders, lines, holds, notes, and what each order waits for."""
