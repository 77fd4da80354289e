"""Signs a call as a site does, in Python's standard library alone: an independent reading of RFC 9421.

Reads JSON from stdin: {"method", "authority", "path", "query", "body", "contentType"?, "idempotencyKey"?, "keyId",
"secret" (base64), "created", "expires", "nonce"}; writes the headers as JSON to stdout.
"""

import base64
import hashlib
import hmac
import json
import sys


def byte_sequence(data):
    """A byte sequence of RFC 8941."""
    return ":" + base64.b64encode(data).decode("ascii") + ":"


def sign(call):
    body = call["body"].encode("utf-8")
    headers = {"content-digest": "sha-256=" + byte_sequence(hashlib.sha256(body).digest())}
    if call.get("contentType"):
        headers["content-type"] = call["contentType"]
    if call.get("idempotencyKey"):
        headers["idempotency-key"] = call["idempotencyKey"]

    covered = {
        "@method": call["method"],
        "@authority": call["authority"],
        "@path": call["path"],
        "@query": "?" + call["query"],
        **headers,
    }
    parameters = '(%s);created=%d;expires=%d;nonce="%s";keyid="%s";alg="hmac-sha256";tag="data-rights"' % (
        " ".join('"%s"' % name for name in covered),
        call["created"],
        call["expires"],
        call["nonce"],
        call["keyId"],
    )
    lines = ['"%s": %s' % item for item in covered.items()] + ['"@signature-params": ' + parameters]
    secret = base64.b64decode(call["secret"])
    mac = hmac.new(secret, "\n".join(lines).encode("ascii"), hashlib.sha256).digest()
    headers["signature-input"] = "py=" + parameters
    headers["signature"] = "py=" + byte_sequence(mac)
    return headers


json.dump(sign(json.load(sys.stdin)), sys.stdout)
