"""Customers: one record per person over all channels."""
