"""The WSGI entry point: `flask` and gunicorn find the application here."""

import os

if os.environ.get("ORDERDECK_MODE") == "gevent":  # before anything else is imported, and nowhere else
    from gevent import monkey

    monkey.patch_all()

from dashboard.factory import create_app  # noqa: E402

app = create_app()
