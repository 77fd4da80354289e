import * as z from 'zod';
import { createNamer } from '#test/infra/physical-names.ts';
import { ofType, synthesize } from '#test/infra/synthesize.ts';
import type { Deployment } from './deployment.ts';
import type { Definition } from './run-machine.ts';

/** Synthesizes the stack and reads the work from its template. */
export function readDeployment(): Deployment {
  const template = synthesize();
  const render = createNamer(template);
  const machines = ofType(template, 'AWS::StepFunctions::StateMachine').map(
    ([place, { DefinitionString }]) => {
      const name = place.replace(/\/Machine$/, '').toLowerCase();
      return [name, JSON.parse(render(DefinitionString)) as Definition] as const;
    },
  );
  const functions = ofType(template, 'AWS::Lambda::Function').map(([, properties]) =>
    deployedFunction.parse(properties),
  );
  const settings = functions.flatMap(({ Environment }) =>
    Object.entries(Environment.Variables).filter(([, value]) => typeof value === 'string'),
  );
  return {
    machines: Object.fromEntries(machines),
    memory: Object.fromEntries(functions.map((one) => [one.Description, one.MemorySize])),
    settings: Object.fromEntries(settings) as Deployment['settings'],
  };
}

const deployedFunction = z.object({
  Description: z.string(),
  MemorySize: z.number(),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }).default({ Variables: {} }),
});
