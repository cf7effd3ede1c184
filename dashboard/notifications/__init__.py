"""Messages to customers: queued with what caused them, sent after the commit, kept with what became of them."""
