import { attachPowers } from '#infra/powers/attach-powers.ts';
import { exportMachinePowers, logPower, powers } from '#infra/powers/powers.ts';
import { nameRoleInKeyPolicies } from '#infra/constructs/keys.ts';
import type { ExportMachine } from '#infra/workflows/export-machine.ts';
import { arnsOf, type Resources } from './arns.ts';

/** Gives every role what the table of powers says, and nothing else; keys name the roles in their own policies. */
export function empower(resources: Resources, { place, role, machine }: ExportMachine): void {
  const arnOf = arnsOf(resources);
  for (const deployed of Object.values(resources.functions)) {
    const own = powers[deployed.name];
    const policy = attachPowers(deployed.place, deployed.role, [...own, logPower], (name) =>
      name === 'log/own' ? deployed.logGroup.logGroupArn : arnOf(name),
    );
    // A function that is called before it has its powers fails, and Lambda refuses a queue that it may not read.
    deployed.lambda.node.addDependency(policy);
    nameRoleInKeyPolicies(resources.keys, deployed.role, own);
  }
  const policy = attachPowers(place, role, exportMachinePowers, (name) => {
    if (name === 'log/own') throw new TypeError('the machine keeps no log');
    return arnOf(name);
  });
  machine.node.addDependency(policy);
}
