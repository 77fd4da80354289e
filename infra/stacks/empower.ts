import type { Stage } from '#infra/config.ts';
import { attachPowers } from '#infra/powers/attach-powers.ts';
import { machinePowers } from '#infra/powers/machine-powers.ts';
import { logPower, powers } from '#infra/powers/powers.ts';
import { nameRoleInKeyPolicies } from '#infra/constructs/keys.ts';
import type { MachineName } from '#infra/powers/power.ts';
import type { Machine } from '#infra/workflows/machine.ts';
import { arnsOf, type Resources } from './arns.ts';

/**
 * Gives every role what the table of powers says, and nothing else; keys name the roles in their own policies. A stage
 * without text messages gives no power to send any.
 */
export function empower(
  resources: Resources,
  machines: Readonly<Record<MachineName, Machine>>,
  { sms }: Pick<Stage, 'sms'>,
): void {
  const arnOf = arnsOf(resources);
  for (const deployed of Object.values(resources.functions)) {
    const own = powers[deployed.name].filter(({ on }) => sms !== undefined || on !== 'sms/phones');
    const policy = attachPowers(deployed.place, deployed.role, [...own, logPower], (name) =>
      name === 'log/own' ? deployed.logGroup.logGroupArn : arnOf(name),
    );
    // A function that is called before it has its powers fails, and Lambda refuses a queue that it may not read.
    deployed.lambda.node.addDependency(policy);
    nameRoleInKeyPolicies(resources.keys, deployed.role, own);
  }
  for (const [name, { place, role, machine }] of Object.entries(machines)) {
    const policy = attachPowers(place, role, machinePowers[name as MachineName], (resource) => {
      if (resource === 'log/own') throw new TypeError('a machine keeps no log');
      return arnOf(resource);
    });
    machine.node.addDependency(policy);
  }
}
