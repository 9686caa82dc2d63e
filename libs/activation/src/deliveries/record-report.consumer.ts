import { downloadReported, type EventOf } from '@entrepot/contracts';
import { Consumes, EventContext, Inbox } from '@entrepot/platform-messaging';
import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { RecordReport } from './record-report.js';

@Controller()
export class RecordReportConsumer {
  constructor(
    private readonly inbox: Inbox,
    private readonly recordReport: RecordReport,
  ) {}

  @Consumes(downloadReported, 'activation.record-report')
  async handle(
    @Payload() event: EventOf<typeof downloadReported>,
    @Ctx() context: EventContext,
  ): Promise<void> {
    await this.inbox.once(context.message, (tx) => this.recordReport.execute(tx, event));
  }
}
