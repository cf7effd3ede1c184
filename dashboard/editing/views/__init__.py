"""Pages of editing: the edit form with its preview, undo, part cancellations."""

from dashboard.editing.views import cancelling, editing, merging, splitting, undo
from dashboard.editing.views.blueprint import blueprint

__all__ = ["cancelling", "editing", "merging", "splitting", "undo"]

blueprints = (blueprint,)
