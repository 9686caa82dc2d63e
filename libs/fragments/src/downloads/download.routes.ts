import { INFO_FILE_NAME } from '@entrepot/ocs-wire';
import { sendProblem, toProblem } from '@entrepot/platform-http';
import { Log } from '@entrepot/platform-telemetry';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ERRORS } from '../errors.js';
import { fileNotFound, FindPublishedFile } from './find-published-file.js';
import { ServeFragment } from './serve-fragment.js';
import { ServeInfo } from './serve-info.js';
import { parseTicket, type Ticket } from './ticket.js';

interface FileParams {
  readonly fileId: string;
  readonly name: string;
}

interface TicketParams {
  readonly ticket: string;
  readonly fileId: string;
}

const METHODS = ['GET', 'HEAD'] as const;

/**
 * `/download/…`, past Nest's controllers: guards, pipes and interceptors cost more than all the rest of a fragment that
 * nginx sends. Requests are logged at `debug`, for there are as many as fragments; access records tell of them.
 */
@Injectable()
export class DownloadRoutes implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly files: FindPublishedFile,
    private readonly fragments: ServeFragment,
    private readonly infos: ServeInfo,
    private readonly log: Log,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance();
    fastify.route<{ Params: FileParams }>({
      method: [...METHODS],
      url: '/download/:fileId/:name',
      logLevel: 'debug',
      handler: (request, reply) => this.file(request.params, null, request, reply),
    });
    fastify.route<{ Params: TicketParams }>({
      method: [...METHODS],
      url: '/download/i/:ticket/:fileId/info',
      logLevel: 'debug',
      handler: (request, reply) => {
        const { ticket, fileId } = request.params;
        return this.file({ fileId, name: INFO_FILE_NAME }, ticket, request, reply);
      },
    });
  }

  private async file(
    { fileId, name }: FileParams,
    ticketText: string | null,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    try {
      const ticket = ticketText === null ? null : readTicket(ticketText);
      const file = await this.files.execute(fileId, name);
      if (file.fragment === 0) await this.infos.execute(file, ticket, request, reply);
      else await this.fragments.execute(file, request, reply);
    } catch (error) {
      const problem = toProblem(error, request.id);
      if (problem.status >= 500 && problem.code !== ERRORS.FRAGMENTS_LIMIT_REACHED.code)
        this.log.error({ err: error, fileId, file: name }, 'A published file cannot be served');
      sendProblem(reply, problem);
    }
    return reply;
  }
}

/** @throws AppError FRAGMENTS_FILE_NOT_FOUND */
function readTicket(text: string): Ticket {
  const ticket = parseTicket(text);
  if (ticket === null) throw fileNotFound();
  return ticket;
}
