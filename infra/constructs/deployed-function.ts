import { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  type Code,
} from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { Stage } from '#infra/config.ts';
import { constructId, type FunctionName } from '#infra/powers/functions.ts';
import { createLogGroup } from './log-group.ts';

/** One function with a role and a log group of its own. Its powers are attached once everything they name exists. */
export type DeployedFunction = {
  readonly name: FunctionName;
  readonly place: Construct;
  readonly lambda: LambdaFunction;
  readonly role: Role;
  readonly logGroup: LogGroup;
};

export type Size = { readonly timeoutSeconds: number; readonly memoryMegabytes: number };

type Options<Shape extends z.ZodRawShape> = Pick<Stage, 'keepData' | 'logRetentionDays'> & {
  readonly code: Code;
  readonly size: Size;
  /** The schema that the function itself parses its environment with. */
  readonly schema: z.ZodObject<Shape>;
  /** Holds every variable of the schema, or this does not compile; what the schema does not name is left out. */
  readonly environment: z.input<z.ZodObject<Shape>>;
};

/**
 * Deploys one function, known by its `Description` in the template.
 * @example
 * deployFunction(stack, 'schedule/lapse', { schema: lapseEnvironment, environment: variables, code, size, ...stage })
 */
export function deployFunction<Shape extends z.ZodRawShape>(
  scope: Construct,
  name: FunctionName,
  { code, size, schema, environment, ...stage }: Options<Shape>,
): DeployedFunction {
  const place = new Construct(scope, constructId(name));
  const logGroup = createLogGroup(place, 'Log', stage);
  const role = new Role(place, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const known = new Set(Object.keys(schema.shape));
  const lambda = new LambdaFunction(place, 'Function', {
    description: name,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    handler: 'handler.handler',
    code,
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    memorySize: size.memoryMegabytes,
    timeout: Duration.seconds(size.timeoutSeconds),
    environment: Object.fromEntries(
      Object.entries(environment as Record<string, string>).filter(([variable]) => known.has(variable)),
    ),
  });
  return { name, place, lambda, role, logGroup };
}
