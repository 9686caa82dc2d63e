import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Observable, throwError } from 'rxjs';
import { Log, setLogContext } from '@entrepot/platform-telemetry';
import { sendProblem } from './send-problem.js';
import { toProblem } from './problem.js';

/** Answers every error of the HTTP side as a problem document and logs those that are ours. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): Observable<never> | void {
    // A hybrid program's messages and calls pass here too; who delivers them decides what an error means there.
    if (host.getType() !== 'http') return throwError(() => error);
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = toProblem(error, request.id);
    setLogContext({ errorCode: problem.code });
    this.record(error, problem.status, problem.code);
    sendProblem(reply, problem);
  }

  private record(error: unknown, status: number, code: string): void {
    if (status === 503) this.log.warn({ err: error, code }, 'A request could not be answered now');
    else if (status >= 500) this.log.error({ err: error, code }, 'A request failed');
    else this.log.debug({ err: error, code }, 'A request was refused');
  }
}
