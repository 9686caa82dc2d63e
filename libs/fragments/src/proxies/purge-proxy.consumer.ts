import { purgeProxyJob, type EventOf } from '@entrepot/contracts';
import { AppError } from '@entrepot/kernel';
import { Consumes, EventContext } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { ERRORS } from '../errors.js';
import { proxyCacheId } from './proxy-cache.js';
import { PurgeProxy } from './purge-proxy.js';

/** About six seconds. */
const TRIES_IN_A_ROW = 4;

/** No inbox: what was purged once may be purged again, and the requests outlast a transaction. */
@Controller()
export class PurgeProxyConsumer {
  constructor(private readonly purge: PurgeProxy) {}

  /** Gives up soon, since other messages would wait behind those of sites that are away: `AskPurgesAgain` goes on. */
  @Consumes(purgeProxyJob, 'fragments.purge-proxy')
  async handle(@Payload() job: EventOf<typeof purgeProxyJob>, @Ctx() context: EventContext): Promise<void> {
    try {
      await this.purge.execute(proxyCacheId.parse(job.proxyCacheId), job.fileId);
    } catch (error) {
      const isUnfinished =
        error instanceof AppError && error.definition === ERRORS.FRAGMENTS_PROXY_PURGE_UNFINISHED;
      if (!isUnfinished || context.message.attempt < TRIES_IN_A_ROW) throw error;
    }
  }
}
