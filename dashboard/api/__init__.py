"""The JSON API under /api/v1: what machines send and get, strictly; its document is /api/v1/openapi.json."""
