/** An erasure as its person goes through it, over HTTP. */
import {
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { inject } from 'vitest';
import { lambdaClient } from '#shared/aws/lambda.ts';
import { sfnClient } from '#shared/aws/sfn.ts';
import { parseSigningJwks } from '#shared/signing/signing-jwk.ts';
import { verifyReceipt, type ReceiptVerdict } from '#shared/receipts/verify-receipt.ts';
import { describeExecution } from '#shared/requests/start-execution.ts';
import {
  proveWith,
  readOutbox,
  readOwn,
  submitAndProve,
  waitFor,
  waitForEnd,
  withToken,
  type OwnRequest,
  type Proven,
  type TestPerson,
} from './person.ts';
import { nameIdentifier, waitForDigits } from './second-identifier.ts';
import { getJson, getText, postJson, type Answered, type TestSite } from './site.ts';

type Chosen = readonly Pick<TestSite, 'controllerId'>[];
export const startErasure = (
  { requestId, token }: Proven,
  sites: Chosen,
  details?: Record<string, unknown>,
): Promise<Answered> =>
  postJson(
    `/v1/subject/requests/${requestId}/start`,
    { controllers: sites.map(({ controllerId }) => controllerId), ...(details ? { details } : {}) },
    withToken(token),
  );

/** Files, proves and starts an erasure at these sites: it cools off from here on. */
export async function beginErasure(email: string, sites: Chosen): Promise<Proven> {
  const request = await submitAndProve(email, 'erasure');
  const started = await startErasure(request, sites);
  if (started.status !== 202) throw new Error(`start answered ${started.status}`);
  return request;
}

export type Ended = { request: Proven; own: OwnRequest };
/** Files, proves and starts an erasure at these sites, and waits for its end. */
export async function erase(email: string, sites: Chosen): Promise<Ended> {
  const request = await beginErasure(email, sites);
  return { request, own: await waitForEnd(request) };
}

/** The same at level 2: proven by the codes of a mail and of a text message. */
export async function eraseAtLevel2(
  { email, phone }: Pick<TestPerson, 'email'> & { phone: string },
  sites: Chosen,
): Promise<Ended> {
  const proven = await submitAndProve(email, 'erasure');
  const before = (await readOutbox(phone)).length;
  await nameIdentifier(proven, phone);
  const raised = await proveWith(proven, await waitForDigits(phone, before + 1));
  const request = { ...proven, token: (raised.body as { token: string }).token };
  const started = await startErasure(request, sites);
  if (started.status !== 202) throw new Error(`start answered ${started.status}`);
  return { request, own: await waitForEnd(request) };
}

/** What a site is answered that asks for its user's data. */
export const query = (
  site: TestSite,
  { userId }: Pick<TestPerson, 'userId'>,
  dataset = 'account',
): Promise<Answered> =>
  site.call('POST', '/v1/records/queries', { user: { id: userId }, dataset, purpose: 'login' });

type Queried = { status?: string; records?: unknown[] };
/** Waits until a site is answered that its user's data is `restricted` or `erased`, or `readable` again. */
export const waitForData = (
  site: TestSite,
  person: Pick<TestPerson, 'userId'>,
  wanted: 'restricted' | 'erased' | 'readable',
): Promise<Answered> =>
  waitFor(`data to be ${wanted}`, async () => {
    const answer = await query(site, person);
    const { status = 'readable' } = answer.body as Queried;
    return status === wanted ? answer : undefined;
  });

/** Until when an erasure can be withdrawn, once it is announced. */
export const waitForCoolingOff = (request: Proven): Promise<string> =>
  waitFor('the announcement', async () => {
    const { coolingOffUntil } = (await readOwn(request)) as { coolingOffUntil?: string };
    return coolingOffUntil;
  });

/** Waits until an attempt's execution has ended, whatever became of it. */
export const waitForExecution = (requestId: string, attempt: number): Promise<true> =>
  waitFor('the end of an execution', async () => {
    const machine = { sfn: sfnClient(), arn: inject('stack').outputs['ErasureMachineArn'] ?? '' };
    return (await describeExecution(machine, requestId, attempt)) === 'ended' ? true : undefined;
  });

/** The receipt of an erasure as it is served, verified with the keys that are published. */
export async function fetchReceipt(
  { requestId, token }: Proven,
  claim?: { salt: string; identifier: string },
): Promise<ReceiptVerdict> {
  const { status, text } = await getText(`/v1/subject/requests/${requestId}/receipt`, withToken(token));
  if (status !== 200) throw new Error(`the receipt answered ${status}`);
  const keys = parseSigningJwks((await getJson('/v1/keys')).body);
  return verifyReceipt(text, keys, claim);
}

/**
 * How long erasures cool off from here on, in seconds, as the step that announces them is told; elsewhere a stage’s setting.
 * For tests of what can be done meanwhile: on a busy machine the few seconds of stage `local` are over too soon.
 * @returns what puts it back as it was
 */
export async function setCoolingOff(seconds: {
  normal: number;
  extended: number;
}): Promise<() => Promise<void>> {
  const lambda = lambdaClient();
  const FunctionName = inject('stack').outputs['WorkflowPlanWorkFunctionName'];
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const { Variables = {} } = Environment ?? {};
  const set = async (changes: Record<string, string>): Promise<void> => {
    const changed = { Variables: { ...Variables, ...changes } };
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: changed }));
    await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 60 }, { FunctionName });
  };
  await set({
    COOLING_OFF_NORMAL: String(seconds.normal),
    COOLING_OFF_EXTENDED: String(seconds.extended),
  });
  return () => set({});
}
