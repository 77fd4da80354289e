import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { longestFunctionSeconds, readStage } from '#infra/config.ts';

import { readMachine } from './machine-definition.ts';
import { buildStack, pathOf, synthesize } from './synthesize.ts';

const example = synthesize();
const local = synthesize(readStage('local', {}));
const doors = [
  'localhost',
  '127.0.0.1',
  '0.0.0.0',
  '::1',
  'ministack',
  'outbox',
  'development',
  'ENDPOINT_URL',
  '8787',
];

describe('A39: no development door outside of stage local', () => {
  it.each(doors)('A39: the template does not know %s', (word) => {
    // As a word of its own, since hashes in names of resources hold any digits.
    const found = new RegExp(`(?<![0-9A-Za-z])${word.replaceAll('.', String.raw`\.`)}(?![0-9A-Za-z])`, 'i');
    expect(JSON.stringify(example)).not.toMatch(found);
  });

  it('A39: the search finds the one that stage local has', () => {
    expect(JSON.stringify(local)).toContain('http://127.0.0.1:8787');
  });

  it('A39: no step of a workflow waits for seconds only; stage local’s second look does', () => {
    const waits = (resources: typeof example): number[] =>
      ['Export', 'Erasure'].flatMap((id) =>
        Object.values(readMachine(resources, id).states).flatMap(({ Seconds }) => Seconds ?? []),
      );
    expect(waits(example)).toEqual([longestFunctionSeconds]);
    expect(waits(local)).toEqual([2]);
  });

  it('A39: the stages differ in settings only: resources are the same, one by one', () => {
    const shape = (resources: typeof example): string[] =>
      Object.values(resources).map(
        (resource) => `${resource.Type} ${pathOf(resource).replaceAll(/DataRights\w+/g, '')}`,
      );
    expect(shape(local).toSorted()).toEqual(shape(example).toSorted());
  });

  it('A39: outputs give names and addresses, nothing to sign in with', () => {
    const { Outputs } = Template.fromStack(buildStack()).toJSON() as { Outputs: Record<string, unknown> };
    expect(Object.keys(Outputs).length).toBeGreaterThan(30);
    for (const name of Object.keys(Outputs))
      expect(name).toMatch(
        /^(Api(Id|Endpoint)|(Export|Erasure)MachineArn|\w+(TableName|BucketName|QueueUrl|KeyId|FunctionName))$/,
      );
  });
});
