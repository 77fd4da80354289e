"""AUTH: two calls are checked against the resource that AWS checks them against.

SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat belong to the state machine that issued the token; sending a mail
belongs to the sender's identity. The engine checks both against `*`, so that no role with a narrow grant may call them.
"""

import ministack.core.iam_actions as actions
import ministack.services.stepfunctions as machines

from mends.anchors import function_of, rewrite_function, wrap_function

MEND = "resource-names"
SEND_MAIL = "/v2/email/outbound-emails"
machine_of_token = {}


def remember_machine(token, execution):
    """Called by the engine when it makes a task token; kept after the task, so that a late answer is not a denied one."""
    machine_of_token[token] = execution["stateMachineArn"]


def resource_of(original):
    """The resource's ARN of a request, `*` where it names none."""

    def arn(service, method, path, headers, body, query_params, region, account_id):
        if service == "states":
            token = actions._safe_json_field(body, "taskToken")
            if token:
                return machine_of_token.get(token, "*")
        if service == "ses" and path.rstrip("/") == SEND_MAIL:
            sender = actions._safe_json_field(body, "FromEmailAddress").rsplit("<", 1)[-1].strip("> ")
            if "@" in sender:
                return f"arn:aws:ses:{region}:{account_id}:identity/{sender.rsplit('@', 1)[-1]}"
        return original(service, method, path, headers, body, query_params, region, account_id)

    return arn


def apply():
    """Remember who issued each token; name the resource of these calls."""
    function_of(actions, "_safe_json_field", MEND)
    machines._remember_machine = remember_machine
    rewrite_function(
        machines,
        "_execute_task",
        [
            (
                '        ctx["Task"] = {"Token": new_uuid()}\n',
                '        ctx["Task"] = {"Token": new_uuid()}\n'
                '        _remember_machine(ctx["Task"]["Token"], execution)\n',
            )
        ],
        MEND,
    )
    parameters = ["service", "method", "path", "headers", "body", "query_params", "region", "account_id"]
    wrap_function(actions, "extract_resource_arn", parameters, resource_of, MEND)
