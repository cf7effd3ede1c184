"""Where orders come from: the form, the API, imported files."""
