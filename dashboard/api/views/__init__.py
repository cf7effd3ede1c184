"""The routes of the API."""

from dashboard.api.views import document, events, order_parts, orders, payments, skus, stock, work

blueprints = tuple(module.blueprint for module in (orders, order_parts, payments, work, skus, stock, events, document))
