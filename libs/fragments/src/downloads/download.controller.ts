import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { OpenPublishedFile } from './open-published-file.js';

/**
 * Info files and fragments for agents (OCS-PROTOCOL.md §5.6): always the whole file with status 200, whatever Range or
 * If-Modified-Since say, because agents take 206 for a damaged fragment and 304 for a failure.
 */
@ApiExcludeController()
@Controller('download/:fileId/:name')
export class DownloadController {
  constructor(private readonly files: OpenPublishedFile) {}

  /** HEAD too: Fastify gives each GET route one, which keeps the headers of a stream and drops its bytes. */
  @Get()
  async get(
    @Param('fileId') fileId: string,
    @Param('name') name: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { headers, body } = await this.files.execute(fileId, name);
    const isHead = request.method === 'HEAD';
    if (isHead && body instanceof Readable) body.destroy();
    void reply.headers(headers).send(isHead ? Readable.from([]) : body);
  }
}
