import { createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { StartFailure } from './failure.ts';

/** Listens on loopback and on nothing else; port 0 takes a free one. */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new StartFailure(
      `Port ${port} of 127.0.0.1 is in use, perhaps by another \`npm start\`: end that, or choose another port with \`npm start -- --port NUMBER\`.`,
    );
  }
  return (server.address() as AddressInfo).port;
}

/** A loopback port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listenOnLoopback(server, 0);
  server.close();
  await once(server, 'close');
  return port;
}
