"""What gunicorn serves for the measurement: the desk, and beside it a Flask application of one empty view."""

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from service.wsgi import app as desk

empty = Flask("empty")


@empty.get("/")
def nothing() -> str:
    return ""


app = DispatcherMiddleware(desk, {"/empty": empty})
