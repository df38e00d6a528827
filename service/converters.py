"""The one kind of path our URLs have beyond Werkzeug's own."""

import re

from werkzeug.routing import BaseConverter

from service.downloads import FORMATS


class ReportExtension(BaseConverter):
    """What may follow `report.`: the longest first, so that `layer.json` is not taken for `json`."""

    regex = "|".join(re.escape(extension) for extension in sorted(FORMATS, key=len, reverse=True))
    part_isolating = True
