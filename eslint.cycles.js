import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const imported = /(?:^|\n)\s*(?:import|export)\s(?:[^;'"]*?\sfrom\s)?['"]([#.][^'"]+\.ts)['"]/g;
/** Files of this tree that a file imports, types included: a circle of types is a circle of ideas. */
const edges = new Map();

function importsOf(file) {
  const known = edges.get(file);
  if (known) return known;
  const found = [...readFileSync(file, 'utf8').matchAll(imported)].map(([, source]) =>
    source.startsWith('#') ? source.slice(1) : path.join(path.dirname(file), source),
  );
  const targets = found.filter((target) => existsSync(target));
  edges.set(file, targets);
  return targets;
}

/** The way from `start` back to itself, or undefined where there is none. */
function circleThrough(start) {
  const seen = new Set();
  const walk = (file, way) => {
    for (const target of importsOf(file)) {
      if (target === start) return [...way, target];
      if (seen.has(target)) continue;
      seen.add(target);
      const circle = walk(target, [...way, target]);
      if (circle) return circle;
    }
    return undefined;
  };
  return walk(start, [start]);
}

export const cycles = {
  meta: { type: 'problem', messages: { circle: 'imports run in a circle: {{way}}' }, schema: [] },
  create(context) {
    return {
      Program(node) {
        const circle = circleThrough(path.relative(context.cwd, context.filename));
        if (circle) context.report({ node, messageId: 'circle', data: { way: circle.join(' -> ') } });
      },
    };
  },
};
