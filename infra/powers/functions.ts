/** Every deployed function, by its folder under `functions/`. */
export const functionNames = [
  'http/public',
  'http/enrol',
  'http/site-data',
  'http/site-requests',
  'http/subject',
  'invoked/open-profile',
  'invoked/open-request',
  'invoked/verify',
  'invoked/release',
  'invoked/sign',
  'workflow/plan-work',
  'workflow/collect-pages',
  'workflow/build-bundle',
  'workflow/preserve-held',
  'workflow/destroy-keys',
  'workflow/erase-rows',
  'workflow/scan-places',
  'workflow/conclude',
  'queue/start-work',
  'queue/send-message',
  'schedule/reconcile',
  'schedule/lapse',
  'schedule/expire',
] as const;

export type FunctionName = (typeof functionNames)[number];

/** `http/site-data` becomes `HttpSiteData`: the construct's id, and the start of what its resources are called. */
export const constructId = (name: FunctionName): string =>
  name.replaceAll(/(?:^|[/-])([a-z])/g, (_, letter: string) => letter.toUpperCase());
