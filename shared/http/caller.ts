/** A site as its signed call names it; every value is from our own tables, none from the call. */
export type SiteCaller = {
  readonly siteId: string;
  readonly controllerId: string;
  readonly keyId: string;
  readonly platform: Platform;
  /** True for the vendor's back office, whose controller is the vendor. */
  readonly vendor: boolean;
  /** The purposes of the site's contract, the only ones it may read for. */
  readonly purposes: readonly string[];
  readonly scopes: readonly KeyScope[];
  /** ISO 3166-1 alpha-2, of the controller's seat. */
  readonly country: string;
  /** IANA name. */
  readonly timeZone: string;
};

export const platforms = ['wordpress', 'drupal', 'joomla', 'other'] as const;
export type Platform = (typeof platforms)[number];

export const keyScopes = ['collect', 'tasks', 'orders'] as const;
export type KeyScope = (typeof keyScopes)[number];
