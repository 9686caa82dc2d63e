import { AppError, defineErrors, parseUuid } from '@entrepot/kernel';
import { Controller, Get, HttpCode, Inject, Param, Post, type Type } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DeadLetters, type DeadLetter } from './dead-letters.js';

const ERRORS = defineErrors({
  MESSAGING_ID_INVALID: ['invalid', 'Not the id of a dead letter'],
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
      summary: `Messages that ${context} could not handle`,
      operationId: `listDeadLetters_${context}`,
    })
    async list(): Promise<{ items: DeadLetter[]; total: number; next: null }> {
      const items = await this.deadLetters.list();
      return { items, total: items.length, next: null };
    }

    @Post(':id/replay')
    @HttpCode(204)
    @ApiOperation({
      summary: 'Give a message to its consumer again',
      operationId: `replayDeadLetter_${context}`,
    })
    async replay(@Param('id') id: string): Promise<void> {
      if (!parseUuid(id)) {
        throw new AppError(ERRORS.MESSAGING_ID_INVALID, 'id must be a UUID', { field: 'id' });
      }
      await this.deadLetters.replay(id);
    }
  }
  return DeadLettersController;
}
