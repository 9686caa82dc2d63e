import { CurrentPrincipal, type Principal } from '@entrepot/platform-auth';
import {
  apiOk,
  apiQuery,
  pageOf,
  pageQuery,
  zodParam,
  zodQuery,
  type Page,
  type PageQuery,
} from '@entrepot/platform-http';
import { Controller, Get, HttpCode, Inject, Param, Post, Query, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { DeadLetters, type DeadLetter } from './dead-letters.js';

const deadLetterSchema = z.object({
  id: z.uuid(),
  consumer: z.string(),
  messageId: z.uuid(),
  subject: z.string(),
  payload: z.unknown(),
  reason: z.string(),
  failedAt: z.date(),
  replayedAt: z.date().nullable(),
});

/** Makes the REST controller of one context's dead letters; each context answers under its own name. */
export function deadLettersController(context: string): Type {
  @ApiTags('dead letters')
  @ApiBearerAuth()
  @Controller(`api/v1/dead-letters/${context}`)
  class DeadLettersController {
    constructor(@Inject(DeadLetters) private readonly deadLetters: DeadLetters) {}

    @Get()
    @ApiOperation({
      summary: `Messages that ${context} could not handle, newest first`,
      operationId: `listDeadLetters_${context}`,
    })
    @apiQuery(pageQuery)
    @apiOk(pageOf(deadLetterSchema))
    list(@Query(zodQuery(pageQuery)) query: PageQuery): Promise<Page<DeadLetter>> {
      return this.deadLetters.list(query);
    }

    @Post(':id/replay')
    @HttpCode(204)
    @ApiOperation({
      summary: 'Give a message to its consumer again',
      operationId: `replayDeadLetter_${context}`,
    })
    async replay(
      @CurrentPrincipal() principal: Principal,
      @Param('id', zodParam(z.uuid())) id: string,
    ): Promise<void> {
      await this.deadLetters.replay(principal, id);
    }
  }
  return DeadLettersController;
}
