"""The WSGI entry point: `flask` and gunicorn find the application here."""

import gc
import os

gc.disable()  # what is loaded stays: looking for garbage in it is an eighth of the boot time

if os.environ.get("ORDERDECK_MODE") == "gevent":  # before anything else is imported, and nowhere else
    from gevent import monkey

    monkey.patch_all()

from dashboard.factory import create_app  # noqa: E402

app = create_app()
gc.enable()
