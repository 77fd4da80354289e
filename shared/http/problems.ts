/**
 * Every problem that the API answers: stable code (clients rely on it), status and title. The type of a problem is
 * `urn:data-rights:problem:<code>`. Add a problem by adding a line; keep each block alphabetical.
 */
export const problems = {
  malformed: { status: 400, title: 'The body is not JSON in UTF-8.' },

  'token-invalid': { status: 401, title: 'A valid request token is needed; prove your identity again.' },
  unauthorized: { status: 401, title: 'The call is not signed as it must be.' },

  'consent-missing': { status: 403, title: 'There is no valid consent for this; nothing was stored.' },
  'contact-not-confirmed': {
    status: 403,
    title: 'The contact of the controller has not confirmed this key, or too long ago.',
  },
  'enrolment-refused': { status: 403, title: 'The enrolment code is not valid for this site.' },
  'not-proven': { status: 403, title: 'The identity was not proven.' },
  'purpose-not-allowed': {
    status: 403,
    title: 'The purpose is not one of this site, or not one of the dataset.',
  },
  'scope-missing': { status: 403, title: 'The key may not be used for this.' },

  'not-found': { status: 404, title: 'There is nothing here.' },
  'method-not-allowed': { status: 405, title: 'This method is not offered here.' },

  'already-issued': { status: 409, title: 'The answer held a secret and is not given twice.' },
  conflict: { status: 409, title: 'The state of things does not allow this now.' },
  erased: { status: 409, title: 'This was erased and does not come back; nothing was stored.' },
  'idempotency-mismatch': { status: 409, title: 'The idempotency key was used with another body.' },
  'in-erasure': { status: 409, title: 'The data is being erased; nothing was stored.' },
  'in-progress': { status: 409, title: 'The same call is still being worked on.' },
  'last-key': { status: 409, title: 'The last key of a site, but for orders, cannot be revoked.' },
  'links-used-up': { status: 409, title: 'No more download links are given for this.' },
  'nothing-to-give': { status: 409, title: 'The request is answered; there was nothing to give out.' },
  'not-ready': { status: 409, title: 'This is not ready yet.' },
  'too-many-keys': {
    status: 409,
    title: 'A site has at most two keys, and two for orders; revoke one first.',
  },
  'wrong-state': { status: 409, title: 'The request is in a state that does not allow this.' },

  gone: { status: 410, title: 'This is no longer available.' },
  'too-large': { status: 413, title: 'The body is larger than 1 MB.' },
  'unsupported-media-type': { status: 415, title: 'The body must be application/json.' },

  'instruction-not-available': { status: 422, title: 'This instruction is not available in this release.' },
  'not-available': { status: 422, title: 'This is not available in this release.' },
  'scope-not-available': { status: 422, title: 'This key scope is not available in this release.' },
  'too-deep': { status: 422, title: 'The body is nested too deeply.' },
  validation: { status: 422, title: 'The input does not fit what is expected.' },

  'needs-staff': {
    status: 429,
    title: 'More than a site may order in a day; the rest needs a member of staff.',
  },
  'too-many-calls': { status: 429, title: 'Too many calls; try again later.' },

  internal: { status: 500, title: 'Something went wrong on our side.' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;
