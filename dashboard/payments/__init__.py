"""What was paid: the transaction ledger per order and its providers."""
