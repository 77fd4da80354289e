import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import https from 'node:https';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { PlayFailure } from './failure.ts';

const deadlineMs = 30_000;

/**
 * Fetches a bundle by its link into a file. The link is HTTPS of the engine, whose certificate is trusted here and nowhere
 * else.
 * @returns bytes
 */
export async function download(url: string, caFile: string, file: string): Promise<number> {
  mkdirSync(path.dirname(file), { recursive: true });
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    const response = await get(url, readFileSync(caFile), signal);
    if (response.statusCode !== 200)
      throw new PlayFailure(`The link to the bundle answered ${response.statusCode ?? 0}, not 200.`);
    const output = createWriteStream(file);
    await pipeline(response, output, { signal });
    return output.bytesWritten;
  } catch (error) {
    if (error instanceof PlayFailure) throw error;
    throw new PlayFailure(`The bundle could not be fetched by its link in ${deadlineMs / 1000} s.`, {
      cause: error,
    });
  }
}

function get(url: string, ca: Buffer, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    https.get(url, { ca, signal }, resolve).once('error', reject);
  });
}
