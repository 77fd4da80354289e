export type ArchiveRefusal =
  | 'not-a-zip'
  | 'unsafe-directory'
  | 'unsafe-name'
  | 'duplicate-name'
  | 'outside-the-bag'
  | 'not-a-plain-file'
  | 'hidden-name'
  | 'overlapping-entries'
  | 'too-many-entries'
  | 'too-large'
  | 'unreadable'
  | 'no-such-file';

/** Thrown for a ZIP, or a file in it, that is not as a bundle must be. `file` is a name as the ZIP gives it, or empty. */
export class ArchiveRefused extends Error {
  override readonly name = 'ArchiveRefused';
  readonly reason: ArchiveRefusal;
  readonly file: string;

  constructor(reason: ArchiveRefusal, file: string) {
    super(reason);
    this.reason = reason;
    this.file = file;
  }
}
