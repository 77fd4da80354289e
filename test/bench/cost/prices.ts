/**
 * List prices of us-east-1 in US dollars, without free tiers, as AWS's pricing pages had them on 24 November 2026
 * (aws.amazon.com/<service>/pricing). Step Functions costs the same in eu-central-1, most others 10 to 20 % more there.
 */
export const prices = {
  httpApiRequest: 1.0 / 1e6,
  lambdaRequest: 0.2 / 1e6,
  /** Arm64. */
  lambdaGigabyteSecond: 0.0000133334,
  /** Of a standard workflow. */
  stateTransition: 0.025 / 1e3,
  /** On demand. */
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  kmsRequest: 0.03 / 1e4,
  /** With an asymmetric key: Sign, GetPublicKey. */
  kmsAsymmetricRequest: 0.15 / 1e4,
  sqsRequest: 0.4 / 1e6,
  mail: 0.1 / 1e3,
  /** Put, list, each part of an upload. Deletes cost nothing. */
  s3Write: 0.005 / 1e3,
  s3Read: 0.0004 / 1e3,
  s3GigabyteMonth: 0.023,
  egressGigabyte: 0.09,
} as const;
