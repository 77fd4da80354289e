"""Start the AWS engine of one machine (MiniStack, pinned) with our mends; see mends/__init__.py for why.

Settings come from the environment (infra/local/engine-environment.ts). Standard input must be a pipe that the parent
keeps open: the engine ends when it closes.
"""

import sys

from mends import (
    anchors,
    end_with_parent,
    jsonata_states,
    node_errors,
    one_port,
    resource_names,
    start_execution,
    task_tokens,
)


def main():
    """Apply each mend, then hand over to the engine."""
    end_with_parent.apply()
    anchors.require_pinned_version()
    # resource_names rewrites a function that jsonata_states wraps, so it comes first.
    for mend in (node_errors, resource_names, jsonata_states, task_tokens, start_execution, one_port):
        mend.apply()
    from ministack.app import main as run_engine

    return run_engine()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except anchors.MendLost as lost:
        sys.exit(f"engine not started: {lost}")
