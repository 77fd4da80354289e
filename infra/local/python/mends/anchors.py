"""Tying a mend to the source of the pinned engine, and refusing to start when that source has moved."""

import importlib.metadata
import inspect

PINNED = "1.5.33"


class MendLost(Exception):
    """A mend no longer fits the engine's source."""

    def __init__(self, mend, what):
        super().__init__(f"mend '{mend}' does not fit: {what} (written for ministack {PINNED}, found {found_version()})")


def found_version():
    """The installed version of the engine."""
    return importlib.metadata.version("ministack")


def require_pinned_version():
    """Refuse any other version: even where the anchors still fit, nobody has looked whether the mends are right there."""
    if found_version() != PINNED:
        raise MendLost("version", "another version is installed")


def replaced(text, replacements, mend):
    """`text` with each (old, new) of `replacements` applied; each old piece must stand there exactly once."""
    for old, new in replacements:
        if text.count(old) != 1:
            raise MendLost(mend, f"found {text.count(old)} times instead of once: {old.strip()[:70]!r}")
        text = text.replace(old, new)
    return text


def rewrite_function(module, name, replacements, mend):
    """Compile `module.name` anew from its source with `replacements` applied; line numbers in tracebacks stay right."""
    lines, first = inspect.getsourcelines(function_of(module, name, mend))
    source = "\n" * (first - 1) + replaced("".join(lines), replacements, mend)
    exec(compile(source, module.__file__, "exec"), module.__dict__)


def wrap_function(module, name, parameters, wrapper, mend):
    """Put `wrapper(original)` in the place of `module.name`, whose parameters must be named `parameters`."""
    original = function_of(module, name, mend)
    found = list(inspect.signature(original).parameters)
    if found != parameters:
        raise MendLost(mend, f"{name} takes {found} instead of {parameters}")
    setattr(module, name, wrapper(original))


def function_of(module, name, mend):
    """The function `module.name`, which must be there."""
    function = getattr(module, name, None)
    if not inspect.isfunction(function):
        raise MendLost(mend, f"{module.__name__} has no function {name}")
    return function
