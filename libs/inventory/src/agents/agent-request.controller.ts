import { REPLY_CONTENT_TYPE } from '@entrepot/ocs-wire';
import { All, Controller, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnswerAgentRequest } from './answer-agent-request.js';
import { toPeer } from './peer.js';

/** The one address that agents know (OCS-PROTOCOL.md §1.1); the kind of a request is in its body. */
@ApiExcludeController()
@Controller('ocsinventory')
export class AgentRequestController {
  constructor(private readonly answer: AnswerAgentRequest) {}

  @All()
  async handle(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (request.method !== 'POST') {
      await reply.status(request.method === 'GET' ? 400 : 403).send();
      return;
    }
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const answered = await this.answer.execute(body, toPeer(request.ip, request.headers['user-agent']));
    await reply
      .status(answered.status)
      .header('Content-Type', REPLY_CONTENT_TYPE)
      .header('Cache-Control', 'no-cache')
      .header('Content-Length', answered.body.length)
      .send(answered.body);
  }
}
