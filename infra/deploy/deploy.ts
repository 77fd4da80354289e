/**
 * `npm run deploy -- --stage NAME`: checks the stage's settings, then deploys its stack to the account that the AWS
 * credentials of this shell open (`cdk bootstrap` it once before). The CDK shows what changes in permissions and asks.
 */
import { refuseDeployment } from './refuse-deployment.ts';
import { runCdk } from './run-cdk.ts';
import { CommandRefused, readStageArgument, runCommand } from './stage-argument.ts';

await runCommand(async () => {
  const stage = readStageArgument('deploy');
  const reason = refuseDeployment(stage, process.env['AWS_ENDPOINT_URL']);
  if (reason !== undefined) throw new CommandRefused(`stage ${stage.name} is not deployed: ${reason}`);
  return Promise.resolve(runCdk('deploy', stage));
});
