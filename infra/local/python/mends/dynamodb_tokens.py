"""DynamoDB: an expression is split into tokens once, not once per item.

Query and Scan tokenize the filter again for every item they look at. Tokens are tuples that nobody changes; callers get a
list of their own.
"""

import functools

import ministack.services.dynamodb as dynamodb

from mends.anchors import wrap_function

MEND = "dynamodb-tokens"


def apply():
    """Remember the tokens of the last 2048 expressions."""

    def remembering(tokenize):
        remembered = functools.lru_cache(maxsize=2048)(lambda expression: tuple(tokenize(expression)))
        return lambda expression: list(remembered(expression))

    wrap_function(dynamodb, "_tokenize", ["expr"], remembering, MEND)
