"""Tests of the channels slice: reading files, importing orders and history, proving it."""
