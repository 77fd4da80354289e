import { Validations, type Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { readStage } from '#infra/config.ts';
import { buildStack } from './synthesize.ts';

const findings = (stack: Stack): string[] =>
  new AwsSolutionsChecks()
    .validateScope(stack)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath ?? ''}`),
    );

describe('cdk-nag: AWS Solutions', () => {
  it.each(['example', 'local'])(
    'has nothing to say of stage %s that was not acknowledged beside the resource',
    (name) => {
      expect(findings(buildStack(readStage(name, {})))).toEqual([]);
    },
  );

  it('would say so of a queue without TLS, and of a wildcard', () => {
    const stack = buildStack();
    const queue = new Queue(stack, 'Planted');
    queue.addToResourcePolicy(new PolicyStatement({ actions: ['sqs:*'], resources: ['*'] }));
    expect(findings(stack)).toContain('AwsSolutions-SQS4 DataRights-example/Planted/Resource');
  });

  it('what is acknowledged is this and no more, each with its reason in a sentence', () => {
    const acknowledged = buildStack()
      .node.findAll()
      .flatMap(({ node }) =>
        node.metadata
          .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
          .flatMap(({ data }) => Object.entries(data as Record<string, string>)),
      );
    for (const [rule, reason] of acknowledged) expect(reason, rule).toMatch(/^.{30,}\.$/);
    const rules = new Set(
      acknowledged.map(([rule]) => rule.replace('Annotation::', '').replace(/\[.*\]/, '[...]')),
    );
    expect([...rules].toSorted()).toEqual([
      'AwsSolutions-APIG4',
      'AwsSolutions-DDB3',
      'AwsSolutions-IAM5[...]',
      'AwsSolutions-S1',
      'AwsSolutions-SF1',
      'AwsSolutions-SF2',
    ]);
  });
});
