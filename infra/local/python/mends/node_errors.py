"""Lambda, Node: a thrown error keeps its `name` and stack.

AWS reports the error's name as `errorType`, and Step Functions matches Retry and Catch against it. The engine answers
`Runtime.HandlerError` for everything that is thrown, so that no error could be caught by its name. A worker that is
gone is `Runtime.ExitError` on AWS, whatever ended it and whenever: before it answers its call, reads it, or has
begun. Here it had other names, so that no retry knew it.
"""

import ministack.core.lambda_runtime as runtime
import ministack.services.lambda_svc as functions

from mends.anchors import replaced, rewrite_function

MEND = "node-errors"


def described(error):
    """JavaScript properties that describe `error`, which may be anything that can be thrown."""
    return (
        f'error: String({error} instanceof Error ? {error}.message : {error}), '
        f'errorType: {error} instanceof Error ? {error}.name : typeof {error}, '
        f'trace: String(({error} && {error}.stack) || "")'
    )


def apply():
    """The worker says which error it was; the service passes it on, with its stack, as AWS does."""
    runtime._NODEJS_WORKER_SCRIPT = replaced(
        runtime._NODEJS_WORKER_SCRIPT,
        [
            ('error: String(err.message || err), trace: err.stack || ""', described("err")),
            ("error: e.message, trace: e.stack", described("e")),
        ],
        MEND,
    )
    rewrite_function(
        functions,
        "_execute_function_warm",
        [
            (
                'error_type = "Runtime.HandlerError"',
                'error_type = result.get("errorType") or '
                '("Runtime.ExitError" if error_msg == "Worker process died" or "Broken pipe" in error_msg '
                'else "Runtime.HandlerError")',
            ),
            (
                '"errorType": type(e).__name__',
                '"errorType": "Runtime.ExitError" '
                'if isinstance(e, BrokenPipeError) or str(e).startswith("Worker process exited") else type(e).__name__',
            ),
            (
                '"errorType": error_type,\n',
                '"errorType": error_type,\n'
                '                    **({"trace": result["trace"].split("\\n")} if result.get("trace") else {}),\n',
            ),
        ],
        MEND,
    )
