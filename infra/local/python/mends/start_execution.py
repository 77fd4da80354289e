"""Step Functions: StartExecution is idempotent.

A second call with the name and input of an execution that still runs answers as the first did (AWS API reference,
StartExecution). The engine refuses it, so that a retry after a lost answer would look like a failure.
"""

import ministack.services.stepfunctions as machines

from mends.anchors import rewrite_function

MEND = "start-execution"


def apply():
    """Answer a repeated start before the check for duplicate names."""
    rewrite_function(
        machines,
        "_start_execution",
        [
            (
                "    if exec_arn in _executions:\n",
                "    running = _executions.get(exec_arn)\n"
                '    if running and running["status"] == "RUNNING" and running["input"] == data.get("input", "{}"):\n'
                '        return json_response({"executionArn": exec_arn, "startDate": running["startDate"]})\n'
                "    if exec_arn in _executions:\n",
            )
        ],
        MEND,
    )
