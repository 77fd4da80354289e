import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { readStage, type Stage } from '#infra/config.ts';
import { DataRightsStack } from '#infra/stacks/data-rights.ts';

export type Resource = {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Metadata?: Record<string, string>;
};
export type Resources = Record<string, Resource>;

/** The stack of a stage as constructs, with a stand-in for the functions' code, so that no bundle is made. */
export function buildStack(stage: Stage = readStage('example', {})): DataRightsStack {
  const app = new App({ context: { 'aws:cdk:enable-path-metadata': true } });
  return new DataRightsStack(app, stage, () => Code.fromInline('/* stand-in */'));
}

/** The resources of a stage's template, by logical id. */
export const synthesize = (stage?: Stage): Resources =>
  (Template.fromStack(buildStack(stage)).toJSON() as { Resources: Resources }).Resources;

/** Resources of one type, by their path in the stack: `Tables/keys`, `HttpPublic/Function`. */
export function ofType(resources: Resources, type: string): [string, Record<string, unknown>, Resource][] {
  return Object.values(resources)
    .filter((resource) => resource.Type === type)
    .map((resource) => [pathOf(resource), resource.Properties, resource]);
}

/** Where a resource stands in the stack, without the names of the stack and of the construct library's inner nodes. */
export function pathOf({ Metadata }: Resource): string {
  const path = Metadata?.['aws:cdk:path'] ?? '';
  return path
    .split('/')
    .slice(1)
    .join('/')
    .replace(/\/(Resource|Policy\/Resource|Default)$/, '');
}
