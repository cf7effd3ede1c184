"""Pages of orders."""

blueprints = ()
