import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { plainAddress } from '../limits/plain-address.js';
import { AccessRecords } from './access-records.js';
import type { PublishedFile } from './find-published-file.js';
import { ReadInfoFile } from './read-info-file.js';
import type { Ticket } from './ticket.js';

/** Answers with an info file: always 200 and whole, never from a cache, and never limited. */
@Injectable()
export class ServeInfo {
  constructor(
    private readonly info: ReadInfoFile,
    private readonly accesses: AccessRecords,
  ) {}

  /**
   * @param ticket whose info location it is; null for the one that all share
   * @throws AppError FRAGMENTS_STORE_UNAVAILABLE, FRAGMENTS_LOCATION_UNKNOWN, FRAGMENTS_FILE_NOT_FOUND
   */
  async execute(
    file: PublishedFile,
    ticket: Ticket | null,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const address = plainAddress(request.ip);
    const body = await this.info.execute(file, ticket?.activationId ?? null);
    const response = reply.raw;
    reply.hijack();
    response.writeHead(200, {
      'Content-Type': 'text/xml; charset=utf-8',
      'Content-Length': body.length,
      'Cache-Control': 'no-store',
    });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    response.once('close', () =>
      this.accesses.note({
        fileId: file.fileId,
        fragment: 0,
        ticket: ticket?.ticket ?? null,
        address,
        bytes: body.length,
        isComplete: response.writableFinished,
      }),
    );
    response.end(body);
  }
}
