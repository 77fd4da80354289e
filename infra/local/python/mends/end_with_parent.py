"""The engine ends with the process that started it, also when that one is killed.

The parent holds our standard input open and never writes to it: its end means that the parent is gone.
"""

import os
import signal
import threading
import time

GRACE_SECONDS = 5


def watch():
    """End this process in an orderly way at the end of standard input, and by force where that takes too long."""
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)


def apply():
    """Watch from a thread of its own."""
    threading.Thread(target=watch, daemon=True).start()
