"""What we buy: purchase orders, receiving, incoming units and what to reorder."""
