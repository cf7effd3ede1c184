"""Pages of editing: the edit form with its preview, undo, part cancellations."""

from dashboard.editing.views import cancelling, editing, undo
from dashboard.editing.views.blueprint import blueprint

__all__ = ["cancelling", "editing", "undo"]

blueprints = (blueprint,)
