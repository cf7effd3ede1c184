"""Cycle counts: blind, by several people at once, approved above a tolerance."""
