"""What a customer sees on a tracking link."""
