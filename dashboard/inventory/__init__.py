"""Where it is and how much of it: locations, balances, the ledger, allocation."""
