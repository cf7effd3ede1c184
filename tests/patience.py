"""How long a test waits for another process, thread or page: so long that a busy machine gets there. One that passes waits less."""

PATIENCE = 30.0
"""Seconds."""
PATIENCE_MS = int(PATIENCE * 1000)
"""The same for playwright."""
