import jsonata from 'jsonata';

/** A state of a machine in JSONata, as far as this stack uses the language. */
type State = {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { Condition: string; Next: string; Output?: unknown }[];
  readonly Catch?: readonly { ErrorEquals: readonly string[]; Next: string; Output?: unknown }[];
  readonly Arguments?: { FunctionName: string; Payload: unknown };
  readonly Output?: unknown;
  readonly Timestamp?: string;
  readonly Seconds?: number;
};
export type Definition = { readonly StartAt: string; readonly States: Readonly<Record<string, State>> };

/** What goes on outside of the machine. */
export type Surroundings = {
  readonly invoke: (functionArn: string, payload: unknown, state: string) => Promise<unknown>;
  /** Lets time pass until a moment in milliseconds; left out, waits are passed through. */
  readonly passTimeUntil?: (moment: number) => void;
};
/** A way through a machine: each state that was entered, and what came out. */
export type Way = { readonly entered: readonly string[]; readonly output: unknown };

/** Thrown when a machine ends in a way that is no success, or uses what is not known here. */
export class MachineFailed extends Error {
  override readonly name = 'MachineFailed';
}

/** More than any machine here enters; one that goes round and round for ever is stopped. */
const mostStates = 1_000;

/**
 * Goes through a state machine as Step Functions does, without its retries: choices, catches and payloads are those of the
 * definition.
 * @throws MachineFailed, and what a task throws that no state catches by its name
 */
export async function runMachine(
  { StartAt, States }: Definition,
  input: unknown,
  surroundings: Surroundings,
): Promise<Way> {
  const entered: string[] = [];
  let output = input;
  for (let name: string | undefined = StartAt; name !== undefined;) {
    const state: State | undefined = States[name];
    if (!state) throw new MachineFailed(`there is no state ${name}`);
    if (entered.push(name) > mostStates) throw new MachineFailed(`${name} is entered without an end`);
    const step: Step = await enter(name, state, output, surroundings);
    output = step.output;
    name = step.next;
  }
  return { entered, output };
}

type Step = { readonly next: string | undefined; readonly output: unknown };

async function enter(name: string, state: State, input: unknown, surroundings: Surroundings): Promise<Step> {
  switch (state.Type) {
    case 'Task':
      return doTask(name, state, input, surroundings);
    case 'Choice':
      return choose(state, input);
    case 'Wait':
      await wait(state, input, surroundings);
      return pass(state, input);
    case 'Pass':
    case 'Succeed':
      return pass(state, input);
    default:
      throw new MachineFailed(`a state of type ${state.Type} was entered`);
  }
}

const pass = async ({ Next, Output }: State, input: unknown): Promise<Step> => ({
  next: Next,
  output: await outputOf(Output, { input }, input),
});

async function doTask(
  state: string,
  { Arguments, Output, Next, Catch = [] }: State,
  input: unknown,
  { invoke }: Surroundings,
): Promise<Step> {
  if (!Arguments) throw new MachineFailed('a task calls no function');
  try {
    const payload = await evaluate(Arguments.Payload, { input });
    const result = { Payload: await invoke(Arguments.FunctionName, payload, state) };
    return { next: Next, output: await outputOf(Output, { input, result }, result) };
  } catch (error) {
    const name = error instanceof Error ? error.name : 'Error';
    const caught = Catch.find(({ ErrorEquals }) => ErrorEquals.includes(name));
    if (!caught) throw error;
    const errorOutput = { Error: name, Cause: '' };
    return { next: caught.Next, output: await outputOf(caught.Output, { input, errorOutput }, errorOutput) };
  }
}

async function choose({ Choices = [], Default, Output }: State, input: unknown): Promise<Step> {
  for (const rule of Choices) {
    if ((await evaluate(rule.Condition, { input })) === true)
      return { next: rule.Next, output: await outputOf(rule.Output, { input }, input) };
  }
  return { next: Default, output: await outputOf(Output, { input }, input) };
}

async function wait(
  { Timestamp, Seconds = 0 }: State,
  input: unknown,
  { passTimeUntil }: Surroundings,
): Promise<void> {
  const until = Timestamp === undefined ? undefined : await evaluate(Timestamp, { input });
  passTimeUntil?.(typeof until === 'string' ? Date.parse(until) : Date.now() + Seconds * 1_000);
}

type States = Readonly<Record<string, unknown>>;

const outputOf = (output: unknown, states: States, otherwise: unknown): Promise<unknown> =>
  output === undefined ? Promise.resolve(otherwise) : evaluate(output, states);

/** A value of a definition: text in `{% %}` is an expression, wherever it stands. */
async function evaluate(value: unknown, states: States): Promise<unknown> {
  if (typeof value === 'string') {
    const [, expression] = /^\{%(.*)%\}$/s.exec(value) ?? [];
    if (expression === undefined) return value;
    const answer: unknown = await jsonata(expression).evaluate({}, { states });
    return answer === undefined ? undefined : JSON.parse(JSON.stringify(answer));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const pairs = Object.entries(value).map(async ([key, one]) => [key, await evaluate(one, states)]);
  return Object.fromEntries(await Promise.all(pairs)) as unknown;
}
