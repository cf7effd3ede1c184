"""The work of one location for one order: release, pick, pack, ship."""
