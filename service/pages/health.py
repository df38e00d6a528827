"""Three plain answers for whoever watches the service: alive, ready, and a few figures for Prometheus."""

import structlog
from flask import Blueprint, Response, jsonify, make_response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from service import figures
from service.desk import desk

log = structlog.get_logger(__name__)

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def alive() -> Response:
    return jsonify(status="alive")


@pages.get("/readyz")
def ready() -> Response:
    """Whether the database and the broker answer; which one does not."""
    parts = {"database": _database_answers(), "broker": desk().broker_answers()}
    fine = all(parts.values())
    words = {name: "ok" if answers else "away" for name, answers in parts.items()}
    return make_response(jsonify(status="ready" if fine else "not ready", **words), 200 if fine else 503)


@pages.get("/metrics")
def metrics() -> Response:
    with desk().reading() as cabinet:
        return Response("".join(figures.lines(cabinet)), content_type="text/plain; version=0.0.4; charset=utf-8")


def _database_answers() -> bool:
    try:
        with desk().reading() as cabinet:
            cabinet.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        log.warning("database away", error=str(error))
        return False
    return True
