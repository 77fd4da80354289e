import { Duration } from 'aws-cdk-lib';
import { Choice, Condition, Succeed, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Stage } from '#infra/config.ts';
import type { DeployedFunction } from '#infra/constructs/deployed-function.ts';
import { createMachine, type Machine } from './machine.ts';
import { createSteps, loop } from './steps.ts';

export type ExportSteps = Record<'planWork' | 'collectPages' | 'buildBundle' | 'conclude', DeployedFunction>;

/**
 * The export of one request (access, portability). Loops: `collect-pages` works for up to 14 minutes and then hands a
 * cursor to its next round, `build-bundle` makes one bundle a round. The 25,000 events of an execution (some 1,500 rounds)
 * are out of reach: the machine's own timeout of two days comes first.
 */
export const createExportMachine = (
  scope: Construct,
  steps: ExportSteps,
  { keepData }: Pick<Stage, 'keepData'>,
): Machine =>
  createMachine(scope, 'Export', (place) => defineExport(place, steps), {
    keepData,
    timeout: Duration.days(2),
  });

function defineExport(scope: Construct, steps: ExportSteps): IChainable {
  const step = createSteps(scope, steps.conclude);
  const plan = step('Plan', steps.planWork);
  const collect = step('Collect pages', steps.collectPages, { cursor: '$states.input.cursor' });
  const build = step('Build bundle', steps.buildBundle, { number: '$states.input.next' });
  const conclude = step('Conclude', steps.conclude);
  conclude.next(Succeed.jsonata(scope, 'Told'));

  plan.next(
    Choice.jsonata(scope, 'Anything to collect?')
      .when(Condition.jsonata('{% $states.input.tasks > 0 %}'), collect)
      .otherwise(conclude),
  );
  loop(scope, 'All collected?', collect, build);
  build.next(
    Choice.jsonata(scope, 'All bundles built?')
      .when(Condition.jsonata('{% $exists($states.input.next) %}'), build)
      .otherwise(conclude),
  );
  return plan;
}
