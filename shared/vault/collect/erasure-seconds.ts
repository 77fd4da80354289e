/** How long a site should wait while a profile is being erased, in seconds: the `Retry-After` of `in-erasure`. */
export const erasureSeconds = 3_600;
