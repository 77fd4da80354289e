import { constructId, functionNames, type FunctionName } from '#infra/powers/functions.ts';
import type { Definition } from './run-machine.ts';

/**
 * What the template says of the work: the state machines by name (`export`), the memory of each function in MB, and the
 * variables whose values are settings, no names of resources.
 */
export type Deployment = {
  readonly machines: Readonly<Record<string, Definition>>;
  readonly memory: Readonly<Record<string, number>>;
  readonly settings: Readonly<Record<string, string>>;
};

/** The function behind an ARN of the template. */
export function functionOf(functionArn: string): FunctionName {
  const id = functionArn.split(':').at(-1);
  const name = functionNames.find((one) => constructId(one) === id);
  if (name === undefined) throw new TypeError(`no function ${functionArn}`);
  return name;
}
