"""TLS: only the port that was asked for is opened.

With TLS the engine also opens port 443 of its address where it may, for a service that this project does not use.
"""

import ministack.app as app

from mends.anchors import wrap_function

MEND = "one-port"


def apply():
    """Say that no other port can be had; the engine then goes on without it."""
    wrap_function(app, "_port_is_bindable", ["host", "port"], lambda _original: lambda _host, _port: False, MEND)
