"""Tests of Orderdeck."""
