import { Controller, Get, Header } from '@nestjs/common';
import { METRICS_CONTENT_TYPE, Metrics } from './metrics.js';

@Controller()
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get('metrics')
  @Header('Content-Type', METRICS_CONTENT_TYPE)
  @Header('Cache-Control', 'no-store')
  collect(): Promise<string> {
    return this.metrics.collect();
  }
}
