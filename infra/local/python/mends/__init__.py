"""Where the pinned engine differs from AWS in a way that this project would feel, each module here mends one kind of difference.

A mend replaces a piece of the engine's source text or wraps one of its functions. Both are tied to the pinned version:
`anchors` refuses to start when a place has moved, so that an upgrade fails loudly instead of silently losing a mend.
test/engine/ holds a canary for each mend, run against the running engine.
"""
