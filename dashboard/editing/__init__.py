"""Editing orders: lines, prices, address and shipping until they are packed; undo, part cancellations, splits and merges."""
