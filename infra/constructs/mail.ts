import { Stack } from 'aws-cdk-lib';
import { CfnConfigurationSet, CfnEmailIdentity } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { Stage } from '#infra/config.ts';

export type Mail = {
  readonly configurationSetName: string;
  readonly configurationSetArn: string;
  readonly identityArn: string;
};

/**
 * The domain that mails are sent from, over TLS or not at all (P18). SES keeps no list of addresses for us: a suppression
 * list would hold personal data outside the vault.
 */
export function createMail(scope: Construct, { mail }: Pick<Stage, 'mail'>): Mail {
  const place = new Construct(scope, 'Mail');
  const set = new CfnConfigurationSet(place, 'Set', {
    deliveryOptions: { tlsPolicy: 'REQUIRE' },
    suppressionOptions: { suppressedReasons: [] },
    reputationOptions: { reputationMetricsEnabled: true },
    sendingOptions: { sendingEnabled: true },
  });
  const identity = new CfnEmailIdentity(place, 'Identity', {
    emailIdentity: mail.identity,
    configurationSetAttributes: { configurationSetName: set.ref },
    dkimAttributes: { signingEnabled: true },
    feedbackAttributes: { emailForwardingEnabled: false },
  });
  const stack = Stack.of(scope);
  const arn = (resource: string, resourceName: string): string =>
    stack.formatArn({ service: 'ses', resource, resourceName });
  return {
    configurationSetName: set.ref,
    configurationSetArn: arn('configuration-set', set.ref),
    identityArn: arn('identity', identity.ref),
  };
}
