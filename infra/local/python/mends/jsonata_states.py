"""Step Functions, JSONata: fields that the engine ignores there.

Parallel: Arguments, Output, Assign. Succeed: Output. Task: TimeoutSeconds and HeartbeatSeconds given as expressions.
"""

import ministack.services.stepfunctions as machines

from mends.anchors import function_of, wrap_function

MEND = "jsonata-states"
USED = ["_state_query_language", "_apply_jsonata_arguments", "_apply_jsonata_output", "_apply_state_assign", "_apply_jsonata_template"]


def is_jsonata(state, context):
    """Whether `state` is written in JSONata, by its own field or the machine's."""
    return machines._state_query_language(state, context) == "JSONata"


def parallel(original):
    """Arguments go in, Output comes out, Assign is made from the branches' results."""

    def run(state_def, raw_input, execution, ctx):
        if not is_jsonata(state_def, ctx):
            return original(state_def, raw_input, execution, ctx)
        arguments = machines._apply_jsonata_arguments(state_def, raw_input, ctx)
        results, following = original(state_def, arguments, execution, ctx)
        output = machines._apply_jsonata_output(state_def, raw_input, ctx, result=results, default=results)
        machines._apply_state_assign(state_def, raw_input, ctx, result=results)
        return output, following

    return run


def succeed(original):
    """The last state may shape the execution's output. Every state type passes here; the others bring their Output already."""

    def output_of(state_def, data, ctx=None):
        if state_def.get("Type") == "Succeed" and is_jsonata(state_def, ctx):
            return machines._apply_jsonata_output(state_def, data, ctx, default=data)
        return original(state_def, data, ctx)

    return output_of


def task(original):
    """Limits given as expressions are evaluated before the task starts."""

    def run(state_def, raw_input, execution, ctx):
        if is_jsonata(state_def, ctx):
            limits = {
                field: int(machines._apply_jsonata_template(state_def[field], raw_input, ctx))
                for field in ("TimeoutSeconds", "HeartbeatSeconds")
                if isinstance(state_def.get(field), str)
            }
            state_def = {**state_def, **limits}
        return original(state_def, raw_input, execution, ctx)

    return run


def apply():
    """Wrap the three places where these fields belong."""
    for name in USED:
        function_of(machines, name, MEND)
    state = ["state_def", "raw_input", "execution", "ctx"]
    wrap_function(machines, "_run_parallel_branches", state, parallel, MEND)
    wrap_function(machines, "_apply_output_path", ["state_def", "data", "ctx"], succeed, MEND)
    wrap_function(machines, "_execute_task", state, task, MEND)
