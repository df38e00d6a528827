"""How the parts of the workshop are started: what stands after `celery` on the command line, and in the environment."""

import sys
from collections.abc import Mapping

from mitigap.settings import Settings

APP = ["-A", "workers.celery_app"]

EMBEDDED = {"MITIGAP_LEASE": "15", "MITIGAP_TICK": "0.5", "MITIGAP_REDISPATCH": "5"}
"""One machine, watched by its launcher: a silent worker is dead, and hints are lost only with the broker's process."""


def worker_arguments(settings: Settings) -> list[str]:
    """Workers have nothing to say to one another: the database holds the truth."""
    pool = "threads" if sys.platform == "win32" else "prefork"
    return [
        *APP,
        "worker",
        f"--pool={pool}",
        f"--concurrency={settings.concurrency}",
        f"--loglevel={settings.log_level}",
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
        "-Ofair",
    ]


def beat_arguments(settings: Settings) -> list[str]:
    return [*APP, "beat", "--scheduler=workers.beat:DbTick", f"--loglevel={settings.log_level}", "--pidfile="]


def embedded_environment(settings: Settings) -> Mapping[str, str]:
    """What the launcher tells its children, beside what they inherit: the same folder, and quicker timers."""
    told = {"MITIGAP_DATA_DIR": str(settings.data_dir), "MITIGAP_BROKER_URL": settings.broker_url}
    timers = {name: value for name, value in EMBEDDED.items() if name[8:].lower() not in settings.model_fields_set}
    return {**told, **timers}
