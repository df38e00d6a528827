"""What gunicorn and its like import: `service.wsgi:app`."""

from mitigap.store import opening
from service.app import create_app

app = create_app(opening.settings())
