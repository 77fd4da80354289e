import { problems, type ProblemCode } from './problems.ts';

/** One thing wrong with the input: where, and what was expected there. Never what was sent. */
export type InputError = { readonly path: string; readonly message: string };

type Details = {
  readonly errors?: readonly InputError[];
  readonly retryAfter?: number;
  readonly allow?: readonly string[];
};

/**
 * A refusal that the caller is told about, as `application/problem+json` (RFC 9457). Throw it from any use case; the one
 * place that answers errors (`answer-problem.ts`) turns it into the response.
 *
 * @example
 * throw new Problem('in-erasure', { retryAfter: 3600 });
 */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly status: number;
  readonly errors: readonly InputError[] | undefined;
  /** Seconds, for `Retry-After`. */
  readonly retryAfter: number | undefined;
  /** Methods, for `Allow`. */
  readonly allow: readonly string[] | undefined;

  constructor(code: ProblemCode, details: Details = {}) {
    super(code);
    this.code = code;
    this.status = problems[code].status;
    this.errors = details.errors;
    this.retryAfter = details.retryAfter;
    this.allow = details.allow;
  }
}

/** Shorthand for the commonest refusal: one field is wrong. */
export const invalid = (path: string, message: string): Problem =>
  new Problem('validation', { errors: [{ path, message }] });
