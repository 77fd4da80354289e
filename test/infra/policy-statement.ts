/** One statement of a policy, with every value read as it would be once deployed. */
export type Statement = {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Absent in identity policies. `*` is everyone. */
  readonly principals: readonly string[] | undefined;
  readonly conditions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
};

/** Values that conditions are compared with: `aws:SecureTransport`, `kms:ViaService`, ... */
export type Context = Readonly<Record<string, string>>;

type Raw = Readonly<Record<string, unknown>>;
const known = new Set(['Sid', 'Effect', 'Action', 'Resource', 'Principal', 'Condition']);

/** Reads a policy document. What the evaluator has no rule for (NotAction, ...) it refuses, so that nothing slips by. */
export function readStatements(document: unknown, render: (value: unknown) => string): Statement[] {
  const { Statement: statements } = document as { Statement: Raw | Raw[] };
  return [statements].flat().map((raw) => {
    const unknown = Object.keys(raw).filter((field) => !known.has(field));
    if (unknown.length > 0) throw new TypeError(`statements with ${unknown.join(', ')} are not understood`);
    const list = (value: unknown): string[] => [value].flat().map(render);
    const conditions = Object.entries((raw['Condition'] ?? {}) as Record<string, Raw>).map(
      ([operator, tests]) => [
        operator,
        Object.fromEntries(Object.entries(tests).map(([key, value]) => [key, list(value)])),
      ],
    );
    return {
      effect: raw['Effect'] === 'Deny' ? 'Deny' : 'Allow',
      actions: list(raw['Action']),
      resources: raw['Resource'] === undefined ? ['*'] : list(raw['Resource']),
      principals: raw['Principal'] === undefined ? undefined : readPrincipals(raw['Principal'], list),
      conditions: Object.fromEntries(conditions) as Statement['conditions'],
    };
  });
}

function readPrincipals(principal: unknown, list: (value: unknown) => string[]): string[] {
  if (principal === '*') return ['*'];
  return Object.entries(principal as Raw).flatMap(([kind, value]) =>
    kind === 'AWS' ? list(value) : list(value).map((name) => `${kind}:${name}`),
  );
}

/** Whether the statement speaks of this action on this resource under these circumstances; principals apart. */
export const speaksOf = (
  { actions, resources, conditions }: Statement,
  action: string,
  resource: string,
  context: Context,
): boolean =>
  actions.some((pattern) => fits(pattern.toLowerCase(), action.toLowerCase())) &&
  resources.some((pattern) => fits(pattern, resource)) &&
  Object.entries(conditions).every(([operator, tests]) => holds(operator, tests, context));

/** A key that is absent fails every test but a negated one, as with AWS. */
function holds(
  operator: string,
  tests: Readonly<Record<string, readonly string[]>>,
  context: Context,
): boolean {
  return Object.entries(tests).every(([key, values]) => {
    const actual = context[key];
    switch (operator) {
      case 'StringEquals':
      case 'ArnEquals':
      case 'Bool':
        return actual !== undefined && values.includes(actual);
      case 'StringLike':
      case 'ArnLike':
        return actual !== undefined && values.some((pattern) => fits(pattern, actual));
      case 'StringNotEquals':
        return actual === undefined || !values.includes(actual);
      default:
        throw new TypeError(`condition ${operator} is not understood`);
    }
  });
}

/** `*` any characters, `?` any one. */
function fits(pattern: string, value: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(value);
}
