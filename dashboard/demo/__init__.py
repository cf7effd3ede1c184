"""A shop that does not exist, with a past: everything a screen can show has something true to show."""
