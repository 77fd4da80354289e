import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type * as z from 'zod';
import { enrolEnvironment } from '#functions/http/enrol/environment.ts';
import { publicEnvironment } from '#functions/http/public/environment.ts';
import { siteDataEnvironment } from '#functions/http/site-data/environment.ts';
import { siteRequestsEnvironment } from '#functions/http/site-requests/environment.ts';
import { subjectEnvironment } from '#functions/http/subject/environment.ts';
import { openProfileEnvironment } from '#functions/invoked/open-profile/environment.ts';
import { openRequestEnvironment } from '#functions/invoked/open-request/environment.ts';
import { releaseEnvironment } from '#functions/invoked/release/environment.ts';
import { signEnvironment } from '#functions/invoked/sign/environment.ts';
import { verifyEnvironment } from '#functions/invoked/verify/environment.ts';
import { sendMessageEnvironment } from '#functions/queue/send-message/environment.ts';
import { startWorkEnvironment } from '#functions/queue/start-work/environment.ts';
import { expireEnvironment } from '#functions/schedule/expire/environment.ts';
import { lapseEnvironment } from '#functions/schedule/lapse/environment.ts';
import { reconcileEnvironment } from '#functions/schedule/reconcile/environment.ts';
import { buildBundleEnvironment } from '#functions/workflow/build-bundle/environment.ts';
import { collectPagesEnvironment } from '#functions/workflow/collect-pages/environment.ts';
import { concludeEnvironment } from '#functions/workflow/conclude/environment.ts';
import { destroyKeysEnvironment } from '#functions/workflow/destroy-keys/environment.ts';
import { eraseRowsEnvironment } from '#functions/workflow/erase-rows/environment.ts';
import { planWorkEnvironment } from '#functions/workflow/plan-work/environment.ts';
import { preserveHeldEnvironment } from '#functions/workflow/preserve-held/environment.ts';
import { scanPlacesEnvironment } from '#functions/workflow/scan-places/environment.ts';
import { longestFunctionSeconds, type Stage } from '#infra/config.ts';
import { deployFunction, type DeployedFunction } from '#infra/constructs/deployed-function.ts';
import type { FunctionName } from '#infra/powers/functions.ts';
import type { MachineName } from '#infra/powers/power.ts';
import { createErasureMachine } from '#infra/workflows/erasure-machine.ts';
import { createExportMachine } from '#infra/workflows/export-machine.ts';
import type { Machine } from '#infra/workflows/machine.ts';
import { versionOf } from '#infra/version.ts';
import { placeVariables, type Places } from './variables.ts';

/** Code of every function, by name. */
export type FunctionCode = (name: FunctionName) => Code;

type Deployed = {
  functions: Record<FunctionName, DeployedFunction>;
  machines: Record<MachineName, Machine>;
};

/**
 * Deploys every function and the machine between them: first who is invoked by name, then the steps of the workflow, then
 * who starts it. Each is told what its own schema names of the variables known by then; one too few does not compile.
 */
export function deployFunctions(
  scope: Construct,
  stage: Stage,
  code: FunctionCode,
  places: Places,
): Deployed {
  const deploy = <Shape extends z.ZodRawShape>(
    name: FunctionName,
    schema: z.ZodObject<Shape>,
    environment: z.input<z.ZodObject<Shape>>,
  ): DeployedFunction =>
    deployFunction(scope, name, { ...stage, code: code(name), size: sizeOf(name), schema, environment });

  const base = placeVariables(places, stage, versionOf(scope));
  const invoked = {
    'invoked/open-profile': deploy('invoked/open-profile', openProfileEnvironment, base),
    'invoked/open-request': deploy('invoked/open-request', openRequestEnvironment, base),
    'invoked/verify': deploy('invoked/verify', verifyEnvironment, base),
    'invoked/release': deploy('invoked/release', releaseEnvironment, base),
    'invoked/sign': deploy('invoked/sign', signEnvironment, base),
  };
  const calling = {
    ...base,
    OPEN_PROFILE_FUNCTION_NAME: invoked['invoked/open-profile'].lambda.functionName,
    OPEN_REQUEST_FUNCTION_NAME: invoked['invoked/open-request'].lambda.functionName,
    VERIFY_FUNCTION_NAME: invoked['invoked/verify'].lambda.functionName,
    RELEASE_FUNCTION_NAME: invoked['invoked/release'].lambda.functionName,
    SIGN_FUNCTION_NAME: invoked['invoked/sign'].lambda.functionName,
  };
  const workflow = {
    'workflow/plan-work': deploy('workflow/plan-work', planWorkEnvironment, calling),
    'workflow/collect-pages': deploy('workflow/collect-pages', collectPagesEnvironment, calling),
    'workflow/build-bundle': deploy('workflow/build-bundle', buildBundleEnvironment, calling),
    'workflow/preserve-held': deploy('workflow/preserve-held', preserveHeldEnvironment, calling),
    'workflow/destroy-keys': deploy('workflow/destroy-keys', destroyKeysEnvironment, calling),
    'workflow/erase-rows': deploy('workflow/erase-rows', eraseRowsEnvironment, calling),
    'workflow/scan-places': deploy('workflow/scan-places', scanPlacesEnvironment, calling),
    'workflow/conclude': deploy('workflow/conclude', concludeEnvironment, calling),
  };
  const shared = { planWork: workflow['workflow/plan-work'], conclude: workflow['workflow/conclude'] };
  const machines = {
    export: createExportMachine(
      scope,
      {
        ...shared,
        collectPages: workflow['workflow/collect-pages'],
        buildBundle: workflow['workflow/build-bundle'],
      },
      stage,
    ),
    erasure: createErasureMachine(
      scope,
      {
        ...shared,
        preserveHeld: workflow['workflow/preserve-held'],
        destroyKeys: workflow['workflow/destroy-keys'],
        eraseRows: workflow['workflow/erase-rows'],
        scanPlaces: workflow['workflow/scan-places'],
        sign: invoked['invoked/sign'],
      },
      stage,
    ),
  };
  const starting = {
    ...calling,
    ERASE_ROWS_FUNCTION_NAME: workflow['workflow/erase-rows'].lambda.functionName,
    DESTROY_KEYS_FUNCTION_NAME: workflow['workflow/destroy-keys'].lambda.functionName,
    EXPORT_MACHINE_ARN: machines.export.machine.stateMachineArn,
    ERASURE_MACHINE_ARN: machines.erasure.machine.stateMachineArn,
  };
  const functions = {
    ...invoked,
    ...workflow,
    'http/public': deploy('http/public', publicEnvironment, starting),
    'http/enrol': deploy('http/enrol', enrolEnvironment, starting),
    'http/site-data': deploy('http/site-data', siteDataEnvironment, starting),
    'http/site-requests': deploy('http/site-requests', siteRequestsEnvironment, starting),
    'http/subject': deploy('http/subject', subjectEnvironment, starting),
    'queue/start-work': deploy('queue/start-work', startWorkEnvironment, starting),
    'queue/send-message': deploy('queue/send-message', sendMessageEnvironment, starting),
    'schedule/reconcile': deploy('schedule/reconcile', reconcileEnvironment, starting),
    'schedule/lapse': deploy('schedule/lapse', lapseEnvironment, starting),
    'schedule/expire': deploy('schedule/expire', expireEnvironment, starting),
  };
  return { functions, machines };
}

/** Work through pages until their time is nearly over. */
const paged: ReadonlySet<FunctionName> = new Set([
  'workflow/collect-pages',
  'workflow/build-bundle',
  'workflow/preserve-held',
  'workflow/erase-rows',
  'workflow/scan-places',
] as const);

/**
 * An HTTP API waits 30 s for its function. A page or a bundle is cut so that it ends well within the 15 minutes that
 * Lambda gives; memory buys processor time, a whole one at 1,769 MB.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
function sizeOf(name: FunctionName): { timeoutSeconds: number; memoryMegabytes: number } {
  if (paged.has(name)) return { timeoutSeconds: longestFunctionSeconds, memoryMegabytes: 1769 };
  // Its openings are looked through in one run.
  if (name === 'workflow/plan-work') return { timeoutSeconds: 300, memoryMegabytes: 1024 };
  if (name.startsWith('http/')) return { timeoutSeconds: 29, memoryMegabytes: 1024 };
  return { timeoutSeconds: 60, memoryMegabytes: 512 };
}
