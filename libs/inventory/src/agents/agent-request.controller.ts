import { REPLY_CONTENT_TYPE } from '@entrepot/ocs-wire';
import { All, Controller, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnswerAgentRequest } from './answer-agent-request.js';
import { toPeer } from './peer.js';

/** Files that OCS serves with options that we do not have; a Windows agent asks for `deploy/label` at its first run. */
const OPTION_OFF = /^\/ocsinventory\/(?:deploy|update)(?:\/|$)/;

/**
 * The address that agents know, and all below it: the engine looks at the path of a GET only (OCS-PROTOCOL.md §1.1,
 * §1.7). The kind of a request is in its body.
 */
@ApiExcludeController()
@Controller('ocsinventory')
export class AgentRequestController {
  constructor(private readonly answer: AnswerAgentRequest) {}

  @All(['', '*'])
  async handle(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (request.method !== 'POST') {
      await reply.status(refusal(request)).send();
      return;
    }
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const answered = await this.answer.execute(body, toPeer(request.ip, request.headers['user-agent']));
    if (answered.closeConnection) void reply.header('Connection', 'close');
    await reply
      .status(answered.status)
      .header('Content-Type', REPLY_CONTENT_TYPE)
      .header('Cache-Control', 'no-cache')
      .header('Content-Length', answered.body.length)
      .send(answered.body);
  }
}

function refusal({ method, url }: FastifyRequest): 400 | 403 {
  const [path = ''] = url.split('?', 1);
  return method === 'GET' && !OPTION_OFF.test(path) ? 400 : 403;
}
