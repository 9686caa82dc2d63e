import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { LoggerService } from '@nestjs/common';
import { ensureStreams } from './jetstream-streams.js';
import { connectionOptions } from './nats-connection.js';
import { Shutdown } from './shutdown.js';

/** How long the server may take to say that it has a message safely. */
export const PUBLISH_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;
const RECONNECT_WAIT_MS = 500;

export interface Connected {
  readonly client: JetStreamClient;
  readonly manager: JetStreamManager;
}

/** The one connection to NATS of a program: made when it is first needed, waited for, and made anew when it is lost for good. */
export class JetStreamConnection {
  private readonly shutdown = new Shutdown();
  private connecting: Promise<Connected> | null = null;
  private nats: NatsConnection | null = null;

  constructor(
    private readonly url: string,
    private readonly logger: Pick<LoggerService, 'warn'>,
  ) {}

  /**
   * Waits until NATS and its JetStream answer.
   * @throws Error when the program stops meanwhile
   */
  ready(): Promise<Connected> {
    this.connecting ??= this.connect().catch((error: unknown) => {
      this.connecting = null;
      throw error;
    });
    return this.connecting;
  }

  /** Waits for NATS no longer; a connection that is there stays until `close`. */
  giveUp(): void {
    this.shutdown.begin();
  }

  async close(): Promise<void> {
    this.giveUp();
    await this.nats?.close();
    await this.connecting?.catch(() => undefined);
  }

  private async connect(): Promise<Connected> {
    const nats = await this.untilDone('NATS is not there yet', () =>
      connect({
        ...connectionOptions(this.url),
        name: 'entrepot',
        timeout: CONNECT_TIMEOUT_MS,
        maxReconnectAttempts: -1,
        reconnectTimeWait: RECONNECT_WAIT_MS,
        // A server that is being given its users refuses them for a while.
        ignoreAuthErrorAbort: true,
      }),
    );
    this.nats = nats;
    void nats.closed().then(() => {
      this.nats = null;
      this.connecting = null;
    });
    if (this.shutdown.begun) await nats.close();
    const withStreams = async (): Promise<JetStreamManager> => {
      const found = await jetstreamManager(nats);
      await ensureStreams(found);
      return found;
    };
    const manager = await this.untilDone('JetStream is not ready yet', withStreams, () => nats.isClosed());
    return { client: jetstream(nats, { timeout: PUBLISH_TIMEOUT_MS }), manager };
  }

  private async untilDone<Result>(
    complaint: string,
    work: () => Promise<Result>,
    isVain = (): boolean => false,
  ): Promise<Result> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (this.shutdown.begun || isVain()) throw error;
        this.logger.warn(`${complaint}: ${String(error)}`);
        await this.shutdown.pause(RECONNECT_WAIT_MS);
      }
    }
  }
}
