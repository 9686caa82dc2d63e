import { Controller, Get, Header, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Readiness, type ReadinessReport } from './readiness.js';

@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** 200 as long as the process runs. */
  @Get('livez')
  @Header('Cache-Control', 'no-store')
  live(): { readonly status: 'alive' } {
    return { status: 'alive' };
  }

  /** 200 when all that the program needs is there, else 503 with the reasons. */
  @Get('readyz')
  @Header('Cache-Control', 'no-store')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessReport> {
    const report = await this.readiness.report();
    reply.status(report.status === 'ready' ? 200 : 503);
    return report;
  }
}
