/**
 * `npm run deploy -- --stage NAME [--yes]`: checks the stage's settings, then deploys its stack to the account that the AWS
 * credentials of this shell open (`cdk bootstrap` it once before). The CDK shows what changes in permissions and asks,
 * unless `--yes` is given.
 */
import { refuseDeployment } from './refuse-deployment.ts';
import { runCdk } from './run-cdk.ts';
import { CommandRefused, readStageArguments, runCommand } from './stage-argument.ts';

await runCommand(async () => {
  const { stage, yes } = readStageArguments('deploy');
  const reason = refuseDeployment(stage, process.env['AWS_ENDPOINT_URL']);
  if (reason !== undefined) throw new CommandRefused(`stage ${stage.name} is not deployed: ${reason}`);
  return Promise.resolve(runCdk('deploy', stage, ...(yes ? ['--require-approval', 'never'] : [])));
});
