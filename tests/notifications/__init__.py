"""Messages to customers, over a real SMTP server of our own."""
