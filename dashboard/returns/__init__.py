"""What came back, and what it was worth."""
