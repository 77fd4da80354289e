import { renameSync, rmSync, writeFileSync } from 'node:fs';
import type { LocalStack } from './local-stack.ts';
import { localStage } from './local-stage.ts';

/**
 * Writes what a client needs to try the API by hand (api.md): nothing in it is valid anywhere else, or after the end.
 * @param enrolmentCode a fresh one, for trying out
 */
export function writeStackFile(file: string, stack: LocalStack, enrolmentCode: string): void {
  const content = {
    apiUrl: stack.apiUrl,
    outboxUrl: stack.outboxUrl,
    caFile: stack.engine.caFile,
    enrolmentCode,
    stage: localStage.name,
    region: localStage.region,
    engineUrl: stack.engine.url,
    stackName: stack.stackName,
    outputs: stack.outputs,
  };
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file); // a reader never sees half of it
}

/** After the end its addresses lead nowhere. */
export function removeStackFile(file: string): void {
  rmSync(file, { force: true });
}
