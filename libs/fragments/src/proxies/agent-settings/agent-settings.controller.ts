import { AppError } from '@entrepot/kernel';
import { Public } from '@entrepot/platform-auth';
import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ERRORS } from '../../errors.js';
import { agentSettings } from './agent-settings.js';
import { readPageQuery, type PageRequest } from './page-query.js';
import { settingsPage } from './page.js';
import { PAGE_POLICY } from './page-style.js';

/** A page for whoever sets up a machine. It shows what is in its own address and nothing else, so nobody logs in. */
@Public()
@ApiExcludeController()
@Controller('agent-settings')
export class AgentSettingsController {
  @Get()
  show(
    @Query() query: unknown,
    @Headers('accept-language') acceptLanguage: string | undefined,
    @Res() reply: FastifyReply,
  ): void {
    const request = readPageQuery(query, acceptLanguage);
    void reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    if (request.download !== null) {
      sendFile(request, request.download, reply);
      return;
    }
    void reply
      .status(request.mistakes.length > 0 ? 400 : 200)
      .headers({ 'content-type': 'text/html; charset=utf-8', 'content-security-policy': PAGE_POLICY })
      .send(settingsPage(request));
  }
}

/** @throws AppError FRAGMENTS_FILE_NOT_FOUND when these settings have no such file */
function sendFile({ settings }: PageRequest, name: string, reply: FastifyReply): void {
  const files = settings === null ? [] : agentSettings(settings).files;
  const file = files.find((candidate) => candidate.name === name);
  if (file === undefined)
    throw new AppError(ERRORS.FRAGMENTS_FILE_NOT_FOUND, 'These settings have no file of that name.');
  void reply
    .headers({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': `attachment; filename="${file.name}"`,
    })
    .send(file.content);
}
