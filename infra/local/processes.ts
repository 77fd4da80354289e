/** Whether a process with this id runs. Ids are used again, so this is a hint, not a proof. */
export function isAlive(id: number): boolean {
  return signal(id, 0);
}

/** Ends a process and everything in its group, at once. */
export function killGroup(leader: number): void {
  signal(-leader, 'SIGKILL');
}

function signal(id: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(id, name);
  } catch (error) {
    // EPERM: it runs, and is not ours.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
