import { Stack, type App } from 'aws-cdk-lib';
import { stackName, type Stage } from '#infra/config.ts';
import { createAlarms } from '#infra/constructs/alarms.ts';
import { createBuckets } from '#infra/constructs/buckets.ts';
import { feedFromQueue, runEvery } from '#infra/constructs/event-sources.ts';
import { createHttpApi } from '#infra/constructs/http-api.ts';
import { createKeys } from '#infra/constructs/keys.ts';
import { createMail } from '#infra/constructs/mail.ts';
import { createQueues } from '#infra/constructs/queues.ts';
import { routes } from '#infra/constructs/routes.ts';
import { createTables } from '#infra/constructs/tables.ts';
import { empower } from './empower.ts';
import { deployFunctions, type FunctionCode } from './functions.ts';
import { writeOutputs } from './outputs.ts';

/**
 * The whole pipeline of one stage. One stack, since key policies name the roles of functions that are told the keys'
 * names: apart, each would have to be deployed before the other.
 */
export class DataRightsStack extends Stack {
  constructor(app: App, stage: Stage, code: FunctionCode) {
    super(app, stackName(stage), {
      description: 'Data-rights pipeline: verified access, portability and erasure, with evidence',
      env: { region: stage.region, ...(stage.account !== undefined && { account: stage.account }) },
      terminationProtection: stage.keepData,
    });
    const keys = createKeys(this, stage);
    const stored = { ...stage, storage: keys.storage };
    const places = {
      keys,
      tables: createTables(this, stored),
      buckets: createBuckets(this, stored),
      queues: createQueues(this),
      mail: createMail(this, stage),
    };
    const { functions, machines } = deployFunctions(this, stage, code, places);
    const resources = {
      ...{ ...places, functions },
      machines: { export: machines.export.machine, erasure: machines.erasure.machine },
    };
    empower(resources, machines, stage);

    feedFromQueue(functions['queue/start-work'], places.queues.effects);
    feedFromQueue(functions['queue/send-message'], places.queues.mail, 5);
    runEvery(functions['schedule/reconcile'], 5);
    runEvery(functions['schedule/expire'], 15);
    runEvery(functions['schedule/lapse'], 60);
    const api = createHttpApi(this, { ...stage, functions, routes });
    createAlarms(this, { ...stage, ...resources, api, functions: Object.values(functions) });
    writeOutputs(this, { ...resources, api });
  }
}
