"""Who may do what: users, roles, tokens, displays."""
