import { Duration } from 'aws-cdk-lib';
import { Choice, Condition, Succeed, Wait, WaitTime, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Stage } from '#infra/config.ts';
import type { DeployedFunction } from '#infra/constructs/deployed-function.ts';
import { busyErrors, holdChanged } from './errors.ts';
import { createMachine, type Machine } from './machine.ts';
import { createSteps, loop } from './steps.ts';

export type ErasureSteps = Record<
  'planWork' | 'preserveHeld' | 'destroyKeys' | 'eraseRows' | 'scanPlaces' | 'sign' | 'conclude',
  DeployedFunction
>;
type Settings = Pick<Stage, 'keepData' | 'coolingOff' | 'scanAfterSeconds'>;

/** Beyond the cooling-off: waits for exports of the same profiles, which end after two days at the latest. */
const workDays = 7;

/**
 * The erasure of one request, in the order of the policy: announce, cool off, plan, preserve what is held, destroy the
 * keys, erase the rows, look again when no function can still hold a key, sign the receipt, conclude. The steps between
 * work through the tasks of the plan and hand a cursor to their next round.
 */
export const createErasureMachine = (scope: Construct, steps: ErasureSteps, settings: Settings): Machine =>
  createMachine(scope, 'Erasure', (place) => defineErasure(place, steps, settings), {
    keepData: settings.keepData,
    timeout: Duration.seconds(settings.coolingOff.extended).plus(Duration.days(workDays)),
  });

function defineErasure(scope: Construct, steps: ErasureSteps, { scanAfterSeconds }: Settings): IChainable {
  const step = createSteps(scope, steps.conclude);
  const cursor = { cursor: '$states.input.cursor' };
  const announce = step('Announce', steps.planWork, { step: '"announce"' });
  const coolOff = Wait.jsonata(scope, 'Cool off', { time: WaitTime.timestamp('{% $states.input.until %}') });
  const plan = step('Plan', steps.planWork, { step: '"plan"' });
  const preserve = step('Preserve what is held', steps.preserveHeld, cursor);
  const destroy = step('Destroy keys', steps.destroyKeys, {}, { error: holdChanged, next: preserve });
  const erase = step('Erase rows', steps.eraseRows, cursor);
  const letEnd = Wait.jsonata(scope, 'Let functions end', {
    time: WaitTime.duration(Duration.seconds(scanAfterSeconds)),
  });
  const scan = step('Scan places', steps.scanPlaces, cursor);
  const sign = step('Sign receipt', steps.sign, { kind: '"receipt"' });
  const conclude = step('Conclude', steps.conclude, { receipt: '$states.input.receipt' });
  conclude.next(Succeed.jsonata(scope, 'Told'));

  announce.next(
    Choice.jsonata(scope, 'Stopped before?')
      .when(Condition.jsonata('{% $exists($states.input.until) %}'), coolOff)
      .otherwise(Succeed.jsonata(scope, 'Let go')),
  );
  coolOff.next(plan);
  plan.next(
    Choice.jsonata(scope, 'Anything to erase?')
      // Two clocks, or a notice that has not gone out: it cools off for longer.
      .when(Condition.jsonata('{% $exists($states.input.until) %}'), coolOff)
      .when(Condition.jsonata('{% $states.input.tasks > 0 %}'), preserve)
      .otherwise(conclude),
  );
  // Access first: an export of the same profile ends before its keys go (race 6); another erasure does as well (race 4).
  preserve.addRetry({
    errors: [...busyErrors],
    interval: Duration.seconds(5),
    backoffRate: 2,
    maxDelay: Duration.minutes(10),
    maxAttempts: 400,
  });
  loop(scope, 'All preserved?', preserve, destroy);
  destroy.next(erase);
  loop(scope, 'All erased?', erase, letEnd);
  letEnd.next(scan);
  loop(scope, 'All scanned?', scan, sign);
  sign.next(conclude);
  return announce;
}
