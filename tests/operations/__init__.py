"""Tests of running Orderdeck."""
