"""The page that shows every part of the interface in every state."""
