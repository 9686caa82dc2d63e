import { createServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Log } from '@entrepot/platform-telemetry';
import { DrainingAdapter } from './draining-adapter.js';
import { stopOnSignals } from './stop-on-signals.js';

export interface HttpsOptions {
  /** 0 lets the system choose. */
  readonly port: number;
  /** Private key in PEM. */
  readonly key: string;
  /** Certificate in PEM, with its chain. */
  readonly cert: string;
}

export interface ListenOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly httpPort: number;
  readonly https?: HttpsOptions;
  /** Whether SIGTERM and SIGINT stop the program; true unless told. */
  readonly signals?: boolean;
}

/** Where a program listens. */
export interface Listening {
  /** Such as `http://127.0.0.1:8080`. */
  readonly httpUrl: string;
  readonly httpsUrl: string | null;
}

/**
 * Begins to listen: the same routes answer on http and, when asked for, on https. `app.close()` (and SIGTERM or
 * SIGINT) ends both: not ready any more, listening no more, requests answered, then Nest's shutdown hooks.
 * @throws Error of Node (EADDRINUSE, …) when an address cannot be had; nothing listens then
 */
export async function listen(app: NestFastifyApplication, options: ListenOptions): Promise<Listening> {
  const adapter = app.getHttpAdapter();
  if (!(adapter instanceof DrainingAdapter)) throw new Error('listen() needs an app made by createHttpApp()');
  const { host, httpPort, https, signals = true } = options;
  adapter.addServer(adapter.getHttpServer());
  await app.init();
  await adapter.getInstance().ready();
  let httpsServer: Server | null = null;
  if (https) {
    const server = createServer({ key: https.key, cert: https.cert }, (request, response) =>
      adapter.getInstance().routing(request, response),
    );
    const { keepAliveTimeout, requestTimeout, timeout } = adapter.getHttpServer();
    Object.assign(server, { keepAliveTimeout, requestTimeout, timeout });
    adapter.addServer(server);
    await listenOn(server, https.port, host);
    httpsServer = server;
  }
  try {
    await app.listen(httpPort, host);
  } catch (error) {
    httpsServer?.close();
    throw error;
  }
  if (signals) stopOnSignals(app, app.get(Log));
  return {
    httpUrl: urlOf('http', host, adapter.getHttpServer()),
    httpsUrl: httpsServer && urlOf('https', host, httpsServer),
  };
}

function listenOn(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function urlOf(scheme: string, host: string, server: Server): string {
  const { port } = server.address() as AddressInfo;
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
