"""Orders that are not placed yet: drafts and quotes.

A draft is no row of `orders`: it has no stock, no payment and no number, and must not count in any list, KPI or backorder until it
is placed; then it is an order like every other, taken through the same door.
"""
