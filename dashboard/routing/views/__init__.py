"""Pages of routing: the rules in use, the draft, its simulation."""

from dashboard.routing.views import draft, index, simulation
from dashboard.routing.views.blueprint import blueprint

__all__ = ["draft", "index", "simulation"]

blueprints = (blueprint,)
