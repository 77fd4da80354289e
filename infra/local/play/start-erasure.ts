import * as z from 'zod';
import { bodyOf, problemOf } from './http.ts';
import type { Stage } from './stage.ts';
import type { Controller, ProvenRequest } from './subject-request.ts';

const call = 'POST /v1/subject/requests/{id}/start';

/** Starts an erasure at these controllers, which are chosen one by one: "all" is no choice there. */
export async function startErasure(
  { show }: Stage,
  request: ProvenRequest,
  controllers: readonly Controller[],
  ground: string,
): Promise<void> {
  const answer = await request.start(
    controllers.map(({ controllerId }) => controllerId),
    { ground },
  );
  const { status } = bodyOf(call, answer, 202, z.object({ status: z.string() }));
  const names = controllers.map(({ name }) => name).join(', ');
  show.exchange(call, `${names}; ground ${ground}`, answer, `status ${status}`);
  show.holds('nothing goes yet: the request cools off', status === 'cooling-off', status);
}

/** Tries to start it everywhere at once. */
export async function startEverywhere({ show }: Stage, request: ProvenRequest): Promise<void> {
  const answer = await request.start('all');
  show.exchange(call, 'all controllers in reach', answer, problemOf(answer));
  show.holds('an erasure preselects nothing: “all” is refused', answer.status === 422, answer.status);
}
