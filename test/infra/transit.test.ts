import { describe, expect, it } from 'vitest';
import { arn } from './physical-names.ts';
import { openPolicies } from './policy-evaluator.ts';
import { ofType, synthesize } from './synthesize.ts';

const template = synthesize();
const policies = openPolicies(template);

describe('P18: everything in transit is encrypted', () => {
  it.each([
    ['WorkflowCollectPages', 's3:PutObject', arn.object('staging')],
    ['WorkflowBuildBundle', 's3:GetObject', arn.object('staging')],
    ['WorkflowBuildBundle', 's3:PutObject', arn.object('bundles')],
    ['InvokedRelease', 's3:GetObject', arn.object('bundles')],
    ['ScheduleExpire', 's3:ListBucket', arn.bucket('bundles')],
    ['QueueStartWork', 'sqs:ReceiveMessage', arn.queue('effects')],
    ['QueueSendMessage', 'sqs:ReceiveMessage', arn.queue('mail')],
    ['HttpSubject', 'sqs:SendMessage', arn.queue('effects')],
  ])('P18: %s may %s over TLS, and is denied without', (role, action, resource) => {
    expect(policies.can(role, action, resource)).toBe(true);
    expect(policies.can(role, action, resource, { 'aws:SecureTransport': 'false' })).toBe(false);
  });

  it('P18: every queue and every bucket denies what comes without TLS', () => {
    const places = [
      ...ofType(template, 'AWS::SQS::QueuePolicy'),
      ...ofType(template, 'AWS::S3::BucketPolicy'),
    ];
    expect(places).toHaveLength(6);
    for (const [path, { PolicyDocument }] of places)
      expect(PolicyDocument, path).toMatchObject({
        Statement: [
          {
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      });
  });

  it('P18: mail is sent over TLS or not at all, from the one domain', () => {
    const [set] = ofType(template, 'AWS::SES::ConfigurationSet');
    expect(set?.[1]['DeliveryOptions']).toEqual({ TlsPolicy: 'REQUIRE' });
    const [identity, ...more] = ofType(template, 'AWS::SES::EmailIdentity');
    expect(more).toEqual([]);
    expect(identity?.[1]).toMatchObject({
      EmailIdentity: 'example.com',
      DkimAttributes: { SigningEnabled: true },
    });
    expect(identity?.[1]['ConfigurationSetAttributes']).toEqual({
      ConfigurationSetName: { Ref: Object.entries(template).find(([, each]) => each === set?.[2])?.[0] },
    });
  });

  it('SES keeps no list of addresses', () => {
    const [set] = ofType(template, 'AWS::SES::ConfigurationSet');
    expect(set?.[1]['SuppressionOptions']).toEqual({ SuppressedReasons: [] });
  });

  it('P18: no address in the template is plain HTTP, and the public origin is HTTPS', () => {
    expect(JSON.stringify(template)).not.toContain('http://');
    const origins = ofType(template, 'AWS::Lambda::Function').flatMap(([, { Environment }]) => {
      const { PUBLIC_ORIGIN } = (Environment as { Variables: Record<string, unknown> }).Variables;
      return PUBLIC_ORIGIN === undefined ? [] : [PUBLIC_ORIGIN];
    });
    expect(new Set(origins)).toEqual(new Set(['https://rights.example.com']));
  });

  it('P18: the API is an HTTP API of API Gateway, which offers TLS alone', () => {
    expect(ofType(template, 'AWS::ApiGatewayV2::Api').map(([, { ProtocolType }]) => ProtocolType)).toEqual([
      'HTTP',
    ]);
    const open = Object.values(template).filter(({ Type }) =>
      /LoadBalanc|Lambda::Url|EC2::|ApiGateway::/.test(Type),
    );
    expect(open).toEqual([]);
  });
});
