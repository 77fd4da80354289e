import { readFileSync } from 'node:fs';
import { paginateListStackResources, type CloudFormationClient } from '@aws-sdk/client-cloudformation';
import * as z from 'zod';

const templateSchema = z.object({
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.unknown().optional() })),
});

export type Resources = z.infer<typeof templateSchema>['Resources'];

/** The resources of a synthesized template by logical id. */
export function readTemplate(file: string): Resources {
  return templateSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).Resources;
}

/** The physical id of each deployed resource by its logical id. */
export async function physicalIds(
  client: CloudFormationClient,
  stackName: string,
): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for await (const page of paginateListStackResources({ client }, { StackName: stackName }))
    for (const resource of page.StackResourceSummaries ?? [])
      if (resource.LogicalResourceId && resource.PhysicalResourceId)
        ids.set(resource.LogicalResourceId, resource.PhysicalResourceId);
  return ids;
}

/**
 * `value` with each `Ref` and `Fn::GetAtt` replaced by the resource's physical id. That is right where an API takes an id
 * and an ARN alike, as it does for keys.
 */
export function resolveReferences(value: unknown, ids: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveReferences(item, ids));
  if (value === null || typeof value !== 'object') return value;
  const reference = referenceSchema.safeParse(value);
  if (reference.success) return ids.get(reference.data) ?? reference.data;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, resolveReferences(item, ids)]),
  );
}

const referenceSchema = z.union([
  z.strictObject({ Ref: z.string() }).transform(({ Ref }) => Ref),
  z
    .strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) })
    .transform((get) => get['Fn::GetAtt'][0]),
]);
