import { invalid, Problem } from './problem.ts';

/** Nesting that no honest body of this API reaches; the outermost object is level 1. */
const deepest = 8;

/** @throws Problem `malformed`, `too-deep` or, for a key that could reach a prototype, `validation` */
export function parseJson(bytes: Buffer): unknown {
  const value = parse(bytes);
  refuseDepth(value, 1);
  return value;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    // The parser's message quotes the input, so it goes no further.
    throw new Problem('malformed');
  }
}

/** Recursion is bounded: it stops one level below the deepest that is allowed. */
function refuseDepth(value: unknown, level: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (level > deepest) throw new Problem('too-deep');
  for (const [key, child] of Object.entries(value)) {
    // JSON.parse makes an own property of it, but the first copy by assignment would set a prototype.
    if (key === '__proto__') throw invalid('', 'a key has a forbidden name');
    refuseDepth(child, level + 1);
  }
}
