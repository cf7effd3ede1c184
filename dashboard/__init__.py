"""Orderdeck: an order-management system, live on every screen."""

__version__ = "0.1.0"
