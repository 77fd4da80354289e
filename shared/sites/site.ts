import type { KeyScope, Platform } from '#shared/http/caller.ts';
import type { LedgerHead } from '#shared/ledger/event.ts';
import type { ControllerInformation, ControllerStatement } from './controller.ts';
import type { Instructions } from './instructions.ts';

/** One installation of a plugin, or the vendor's back office. */
export type Site = {
  siteId: string;
  controllerId: string;
  platform: Platform;
  vendor: boolean;
  host: string;
  siteUrl: string;
  installationId: string;
  purposes: string[];
  /** Keys that may sign now: one, or two while rotating. */
  keyIds: string[];
  controller: ControllerStatement;
  instructions: Instructions;
  enrolledAt: string;
  /** Where the site's own chain of events stands. */
  ledgerHead: LedgerHead;
};

/** Who decides over the data of one or more sites, as stated at the latest enrolment. */
export type Controller = ControllerStatement & {
  controllerId: string;
  /** True where the vendor itself decides. */
  vendor: boolean;
  instructions: Instructions;
  information?: ControllerInformation;
  statedAt: string;
};

export const algorithms = ['hmac-sha256', 'ed25519'] as const;
export type KeyAlgorithm = (typeof algorithms)[number];

/** A key of a site. Its secret is derived when needed (hmac) or never ours (ed25519). */
export type SiteKey = {
  keyId: string;
  siteId: string;
  algorithm: KeyAlgorithm;
  /** Raw 32 bytes in base64; ed25519 only. */
  publicKey?: string;
  scopes: KeyScope[];
  state: 'live' | 'revoked';
  createdAt: string;
  revokedAt?: string;
};

/** An enrolment code, kept by its hash. It is bound to one host, one controller, and the controller's kind (A27). */
export type Enrolment = {
  host: string;
  controllerId: string;
  vendor: boolean;
  expiresAt: string;
  usedAt?: string;
};

/** The purposes of a site's contract, and so the only ones it may read for (P10, A36). */
export const purposesOf = (vendor: boolean): string[] =>
  vendor ? ['service', 'billing', 'licence', 'support', 'login'] : ['service', 'login', 'risk-based-login'];
