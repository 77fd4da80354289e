import * as z from 'zod';
import { Problem } from '#shared/http/problem.ts';

/** A controller's standing decision for one right. */
const instruction = z.enum(['auto', 'ask', 'forward']);
export type Instruction = z.output<typeof instruction>;

/**
 * Access and portability must be stated: nothing is decided in a controller's place. The rest is `ask` until it says
 * otherwise (A5).
 */
export const instructionsStatement = z.strictObject({
  access: instruction,
  portability: instruction,
  erasure: instruction.default('ask'),
  rectification: instruction.default('ask'),
  restriction: instruction.default('ask'),
  objection: instruction.default('ask'),
});

export type Instructions = z.output<typeof instructionsStatement>;

/** The rights that are worked on in this release; only for them does an instruction have an effect yet. */
const worked = ['access', 'portability'] as const;

/** @throws Problem `instruction-not-available`, naming each right whose instruction cannot be followed yet */
export function refuseUnavailableInstructions(instructions: Instructions): void {
  const errors = worked
    .filter((right) => instructions[right] !== 'auto')
    .map((right) => ({ path: `instructions.${right}`, message: 'only auto is available in this release' }));
  if (errors.length > 0) throw new Problem('instruction-not-available', { errors });
}
