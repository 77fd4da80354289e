/** Thrown for a name that may not become part of a path (A29). The name itself is not shown: it comes from outside. */
export class PathUnsafe extends Error {
  override readonly name = 'PathUnsafe';
}

const segment = /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/;
/** Device names of Windows, which cannot be files there. */
const device = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/;

/**
 * One segment of a path in a bundle. Lower-case letters, digits and dashes only: no dot, slash, colon, and no two names
 * that a case-insensitive file system takes for one.
 * @throws PathUnsafe
 */
export function safeSegment(name: string): string {
  if (!segment.test(name) || device.test(name)) throw new PathUnsafe('a name may not become a path');
  return name;
}

/** Where the records of one controller's dataset stand in the bag, without extension. */
export const recordsPath = (place: string, controllerId: string, dataset: string): string =>
  `data/records/${safeSegment(place)}/${safeSegment(controllerId)}/${safeSegment(dataset)}`;
