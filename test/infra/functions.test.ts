import { describe, expect, it } from 'vitest';
import { constructId, functionNames } from '#infra/powers/functions.ts';
import { createNamer } from './physical-names.ts';
import { ofType, synthesize } from './synthesize.ts';

const template = synthesize();
const render = createNamer(template);
const functions = ofType(template, 'AWS::Lambda::Function');

describe('functions', () => {
  it('are those of the list, by their description', () => {
    expect(functions.map(([, { Description }]) => Description).toSorted()).toEqual(
      [...functionNames].toSorted(),
    );
  });

  it.each(functions)('%s runs on Node 24, arm64, with enough memory and an end', (_, properties) => {
    expect(properties['Runtime']).toBe('nodejs24.x');
    expect(properties['Architectures']).toEqual(['arm64']);
    expect(properties['MemorySize']).toBeGreaterThanOrEqual(512);
    expect(properties['Timeout']).toBeLessThanOrEqual(900);
    expect(properties['FunctionName']).toBeUndefined();
  });

  it.each(functions)('G26: %s has a role and a log of its own', (_, { Description, Role, LoggingConfig }) => {
    const own = constructId(Description as (typeof functionNames)[number]);
    expect(render(Role)).toMatch(new RegExp(`role/${own}$`));
    expect(render((LoggingConfig as Record<string, unknown>)['LogGroup'])).toBe(own);
  });

  it('an HTTP function ends before API Gateway gives up on it at 30 s', () => {
    const times = functions.flatMap(([, { Description, Timeout }]) =>
      String(Description).startsWith('http/') ? [Timeout] : [],
    );
    expect(times).toHaveLength(5);
    expect(new Set(times)).toEqual(new Set([29]));
  });

  it('only those that work in long rounds run longer than a minute', () => {
    const long = functions
      .filter(([, { Timeout }]) => Number(Timeout) > 60)
      .map(([, { Description }]) => Description);
    expect(long.toSorted()).toEqual([
      'workflow/build-bundle',
      'workflow/collect-pages',
      'workflow/erase-rows',
      'workflow/plan-work',
      'workflow/preserve-held',
      'workflow/scan-places',
    ]);
  });

  it('each role is trusted to one service, and holds nothing but its own policy', () => {
    const roles = ofType(template, 'AWS::IAM::Role');
    expect(roles).toHaveLength(functionNames.length + 2);
    for (const [path, { AssumeRolePolicyDocument, ManagedPolicyArns, Policies }] of roles) {
      const isMachine = path === 'Export/Role' || path === 'Erasure/Role';
      const service = isMachine ? 'states.amazonaws.com' : 'lambda.amazonaws.com';
      expect(AssumeRolePolicyDocument, path).toMatchObject({
        Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: service } }],
      });
      expect(ManagedPolicyArns, path).toBeUndefined();
      expect(Policies, path).toBeUndefined();
    }
  });

  it('each function waits for its powers, so that none runs or is fed without them', () => {
    const policies = new Map(
      Object.entries(template).flatMap(([id, { Type, Properties }]) =>
        Type === 'AWS::IAM::Policy' ? [[render((Properties['Roles'] as unknown[])[0]), id] as const] : [],
      ),
    );
    for (const [, { Description }, resource] of functions) {
      const { DependsOn } = resource as { DependsOn?: string[] };
      expect(DependsOn).toContain(policies.get(constructId(Description as (typeof functionNames)[number])));
    }
  });

  it('G01: every log group forgets after 90 days, as the settings say', () => {
    const groups = ofType(template, 'AWS::Logs::LogGroup');
    expect(groups).toHaveLength(functionNames.length + 1);
    for (const [path, { RetentionInDays }] of groups) expect(RetentionInDays, path).toBe(90);
  });

  it('whoever may call a function from outside is named by what it calls for', () => {
    const permissions = ofType(template, 'AWS::Lambda::Permission');
    expect(permissions).toHaveLength(8);
    for (const [path, { Action, Principal, SourceArn }] of permissions) {
      expect(Action, path).toBe('lambda:InvokeFunction');
      expect(['apigateway.amazonaws.com', 'events.amazonaws.com'], path).toContain(Principal);
      expect(SourceArn, path).toBeDefined();
    }
  });

  it('scheduled functions run at their rates, and a run that failed is not repeated', () => {
    const rates = ofType(template, 'AWS::Events::Rule').map(([path, { ScheduleExpression }]) => [
      path,
      ScheduleExpression,
    ]);
    expect(Object.fromEntries(rates)).toEqual({
      'ScheduleReconcile/Rule': 'rate(5 minutes)',
      'ScheduleExpire/Rule': 'rate(15 minutes)',
      'ScheduleLapse/Rule': 'rate(1 hour)',
    });
    const retries = ofType(template, 'AWS::Lambda::EventInvokeConfig').map(
      ([, { MaximumRetryAttempts }]) => MaximumRetryAttempts,
    );
    expect(retries).toEqual([0, 0, 0]);
  });

  it('there is no custom resource, layer, VPC, tracing or function URL', () => {
    const types = new Set(Object.values(template).map(({ Type }) => Type));
    expect([...types].filter((type) => /Custom|Layer|EC2|Url|CloudFormation/.test(type))).toEqual([]);
    for (const [path, { TracingConfig, Layers }] of functions) {
      expect(TracingConfig, path).toBeUndefined();
      expect(Layers, path).toBeUndefined();
    }
  });
});
