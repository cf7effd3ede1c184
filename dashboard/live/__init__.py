"""Which change reaches which screen, and how."""
