"""What every answer carries: headers and a policy for content; and where a write may come from."""

from urllib.parse import urlsplit

from apiflask import APIFlask
from flask import Response, abort, current_app, request
from werkzeug.exceptions import SecurityError

from service.desk import desk

POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",  # Bootstrap draws its ticks as data: images
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)

HEADERS = {
    "Content-Security-Policy": "; ".join(POLICY),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cache-Control": "no-store",
}

STRICT_TRANSPORT = "max-age=31536000"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITE = frozenset({"same-origin", "none"})  # "none": typed, or opened from a bookmark


def protect(app: APIFlask) -> None:
    app.before_request(refuse_foreign_hosts)
    app.before_request(refuse_foreign_writes)
    app.after_request(add_headers)


def refuse_foreign_hosts() -> None:
    """Serve under our own names alone. Werkzeug's own list cannot hold an IPv6 address."""
    name = host_name(request.host)
    if not any(_is(name, allowed.lower()) for allowed in desk().settings.allowed_hosts):
        raise SecurityError


def host_name(host: str) -> str:
    """`[::1]` of `[::1]:8000`, `localhost` of `LocalHost`."""
    address, bracket, _ = host.partition("]")
    return (address + bracket if bracket else host.partition(":")[0]).lower()


def _is(name: str, allowed: str) -> bool:
    """A leading dot stands for every name beneath it."""
    return name == allowed or (allowed.startswith(".") and name.endswith(allowed))


def add_headers(response: Response) -> Response:
    """Set what the view has not decided for itself."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
    return response


def refuse_foreign_writes() -> None:
    """A write that another site's page has caused is refused, before its body is read.

    Programs send neither header; a browser always sends one of them. A bearer token is no ambient authority.
    """
    if request.method in SAFE_METHODS or "Authorization" in request.headers:
        return
    if request.headers.get("Sec-Fetch-Site", "none") not in OWN_SITE or not _from_here(request.headers.get("Origin")):
        abort(403, "This request came from another site's page.")


def _from_here(origin: str | None) -> bool:
    return origin is None or urlsplit(origin).netloc == request.host
