"""Ways to tell a customer."""
