import type { Stage } from '#infra/config.ts';

/** Domains that belong to documentation (RFC 2606): whoever still has them has not edited the settings. */
const placeholder = /(^|\.)(example\.(com|net|org)|example|invalid|test)$/;

/** The account of AWS's own examples. */
const placeholderAccount = '111122223333';

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Says why AWS calls for this stage must not go where they would, or undefined where they may.
 * @param endpoint where they would go (AWS_ENDPOINT_URL), if not to AWS
 */
export function refuseEndpoint(stage: Pick<Stage, 'name'>, endpoint: string | undefined): string | undefined {
  const onThisMachine = endpoint !== undefined && loopback.has(new URL(endpoint).hostname);
  if (stage.name === 'local')
    return onThisMachine ? undefined : 'stage local is for the engine on this machine only: npm start';
  return endpoint === undefined
    ? undefined
    : 'AWS_ENDPOINT_URL is set; only stage local goes elsewhere than to AWS';
}

/** Says why a stage must not be deployed, or undefined where it may. */
export function refuseDeployment(stage: Stage, endpoint: string | undefined): string | undefined {
  const elsewhere = refuseEndpoint(stage, endpoint);
  if (elsewhere !== undefined || stage.name === 'local') return elsewhere;
  if (stage.account === placeholderAccount)
    return 'the account is a placeholder: edit infra/stages.json first';
  if (placeholder.test(new URL(stage.publicOrigin).hostname))
    return 'publicOrigin is a placeholder: edit infra/stages.json first';
  if (placeholder.test(stage.mail.identity))
    return 'mail.identity is a placeholder: edit infra/stages.json first';
  if (!stage.sesProductionAccess)
    return 'SES still has this account in its sandbox, so that codes would reach nobody: ask for production access, then set sesProductionAccess';
  return undefined;
}
