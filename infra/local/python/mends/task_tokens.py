"""Step Functions: waiting for a task token.

HeartbeatSeconds is ignored; and when the function that hands out the token throws, the error is swallowed and the state
waits until its timeout, by default for a day. On AWS both fail the state at once.
"""

import threading
import time

import ministack.services.stepfunctions as machines

from mends.anchors import MendLost, rewrite_function

MEND = "task-tokens"
NAME = "_wait_for_callback"
POLL_SECONDS = 0.05


def wait_for_callback(event: threading.Event, timeout, state, token):
    """Wait at most `timeout` seconds for `event`; fail earlier when no heartbeat came for the state's HeartbeatSeconds."""
    pause = state.get("HeartbeatSeconds")
    if not isinstance(pause, (int, float)):
        return event.wait(timeout=timeout)
    started = beaten = time.monotonic()
    last = None
    while not event.wait(timeout=POLL_SECONDS):
        now = time.monotonic()
        beat = (machines._task_tokens.get(token) or {}).get("heartbeat")
        if beat != last:
            last, beaten = beat, now
        if now - started > timeout:
            return False
        if now - beaten > pause:
            machines._task_tokens.pop(token, None)
            raise machines._ExecutionError("States.HeartbeatTimeout", "No heartbeat within HeartbeatSeconds")
    return True


def apply():
    """Wait with heartbeats, and pass on what the function threw."""
    if hasattr(machines, NAME):
        raise MendLost(MEND, f"the engine has a function {NAME} of its own")
    setattr(machines, NAME, wait_for_callback)
    rewrite_function(
        machines,
        "_invoke_with_callback",
        [
            ("if not evt.wait(timeout=timeout):", f"if not {NAME}(evt, timeout, state_def, token):"),
            (
                "            _call_lambda(func_ref, lambda_payload)\n        except _ExecutionError:\n            pass\n",
                "            _call_lambda(func_ref, lambda_payload)\n        except _ExecutionError:\n"
                "            _task_tokens.pop(token, None)\n            raise\n",
            ),
        ],
        MEND,
    )
