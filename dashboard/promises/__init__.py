"""Promise dates of what waits for stock: which delivery serves whom, when, and why a date moved."""
