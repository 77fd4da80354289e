import type { IncomingCall } from '#shared/http/incoming-call.ts';
import { Problem } from '#shared/http/problem.ts';

/** The part of an OpenAPI document that says what is offered. */
export type OfferedPaths = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Answers what no route fits: 405 with `Allow` where the path is one of ours, HEAD and OPTIONS included, else 404.
 *
 * @param offered path templates, each with its methods in lower case
 */
export function refuseUnknown(offered: OfferedPaths): (call: IncomingCall) => never {
  const routes = Object.entries(offered).map(([template, methods]) => ({
    fits: new RegExp(`^${template.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
    allow: Object.keys(methods).map((method) => method.toUpperCase()),
  }));
  return ({ path }) => {
    const allow = routes.find(({ fits }) => fits.test(path))?.allow;
    throw allow ? new Problem('method-not-allowed', { allow }) : new Problem('not-found');
  };
}
