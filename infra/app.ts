/** The CDK app. `-c stage=NAME` says which stage of `infra/stages.json`; without it, the engine on this machine. */
import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import * as z from 'zod';
import { readStage } from './config.ts';
import { bundleFunctions } from './constructs/bundle-functions.ts';
import { projectRoot } from './local/local-stage.ts';
import { DataRightsStack } from './stacks/data-rights.ts';
import { commitContext, commitOf } from './version.ts';

const app = new App({ postCliContext: { [commitContext]: commitOf(projectRoot) } });
const stage = z
  .string()
  .default('local')
  .parse(app.node.tryGetContext('stage') ?? undefined);
const bundles = bundleFunctions();
new DataRightsStack(app, readStage(stage), (name) => Code.fromAsset(bundles[name].directory));
app.synth();
