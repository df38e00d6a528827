"""What gunicorn and its like import: `service.wsgi:app`."""

from mitigap import logs
from mitigap.store import opening
from service.app import create_app

settings = opening.settings()
logs.configure(settings)
app = create_app(settings)
