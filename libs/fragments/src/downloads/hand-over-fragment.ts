import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { PublishedFile } from './find-published-file.js';
import { entityTag } from './fragment-headers.js';
import { StoredLengths } from './stored-lengths.js';

/** Lets nginx send a fragment from the folder that it shares with us (X-Accel-Redirect; deploy/nginx). */
@Injectable()
export class HandOverFragment {
  constructor(private readonly lengths: StoredLengths) {}

  /**
   * @param prefix the internal location of nginx for the objects
   * @throws AppError FRAGMENTS_STORE_UNAVAILABLE
   */
  async execute({ blob }: PublishedFile, prefix: string, reply: FastifyReply): Promise<void> {
    await this.lengths.check(blob);
    // Cache-Control is nginx's to add: one from here would stay on its error when it cannot read the file. A length of
    // 0 lets it keep the connection.
    const headers = {
      'Content-Type': 'application/octet-stream',
      'Content-Length': 0,
      ETag: entityTag(blob.sha256),
      'X-Accel-Redirect': prefix + blob.objectKey,
    };
    reply.hijack();
    reply.raw.writeHead(200, headers).end();
  }
}
