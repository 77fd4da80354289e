import { RemovalPolicy, Validations, type Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  DefinitionBody,
  QueryLanguage,
  StateMachine,
  StateMachineType,
  type IChainable,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Stage } from '#infra/config.ts';

export type Machine = {
  readonly place: Construct;
  readonly machine: StateMachine;
  readonly role: Role;
};

/** A state machine with a role of its own: input {requestId, attempt}; ids and counts are all that its state ever holds. */
export function createMachine(
  scope: Construct,
  id: string,
  define: (place: Construct) => IChainable,
  { keepData, timeout }: Pick<Stage, 'keepData'> & { readonly timeout: Duration },
): Machine {
  const place = new Construct(scope, id);
  const role = new Role(place, 'Role', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
  const machine = new StateMachine(place, 'Machine', {
    stateMachineType: StateMachineType.STANDARD,
    queryLanguage: QueryLanguage.JSONATA,
    definitionBody: DefinitionBody.fromChainable(define(place)),
    // Powers come from the table of powers: what CDK would add here holds wildcards.
    role: role.withoutPolicyUpdates(),
    timeout,
    removalPolicy: keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  Validations.of(machine).acknowledge(
    {
      id: 'AwsSolutions-SF1',
      reason:
        'Step Functions keeps each history for 90 days; a log group needs eight actions on every resource.',
    },
    {
      id: 'AwsSolutions-SF2',
      reason: 'The history has every step and its times; X-Ray needs actions on every resource.',
    },
  );
  return { place, machine, role };
}
