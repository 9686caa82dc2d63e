import type { EventDefinition } from '@entrepot/contracts';
import { applyDecorators, Catch, UseFilters } from '@nestjs/common';
import { EventPattern, type BaseRpcExceptionFilter } from '@nestjs/microservices';
import { throwError, type Observable } from 'rxjs';

/** What `@Consumes` leaves for the bus to find. */
export interface ConsumerExtras {
  readonly consumer: string;
  readonly definition: EventDefinition<unknown>;
  readonly atOnce: number;
}

/** How a consumer is called. */
export interface ConsumerOptions {
  /** How many messages it handles at the same time; 4 unless told. Each may need connections to the database. */
  readonly atOnce?: number;
}

const AT_ONCE = 4;

/** Nest would turn a consumer's failure into "Internal server error"; the bus needs the failure itself. */
@Catch()
class RethrowFilter implements Pick<BaseRpcExceptionFilter, 'catch'> {
  catch(exception: unknown): Observable<never> {
    return throwError(() => exception);
  }
}

const CONSUMER_NAME = /^[a-z]+\.[a-z]+(?:-[a-z]+)*$/;

/**
 * Marks a controller's method as the consumer of an event. The payload has passed the event's schema when the method
 * is called; a throw means "again later, with back-off" and in the end a dead letter.
 * @param consumer its durable name, `<context>.<verb-noun>`; renaming it makes it a new consumer
 * @throws Error at load time when the name has another form
 */
export function Consumes<Payload>(
  definition: EventDefinition<Payload>,
  consumer: string,
  { atOnce = AT_ONCE }: ConsumerOptions = {},
): MethodDecorator {
  if (!CONSUMER_NAME.test(consumer)) throw new Error(`Consumer name has the wrong form: ${consumer}`);
  return applyDecorators(
    EventPattern<string>(definition.subject, { consumer, definition, atOnce }),
    UseFilters(new RethrowFilter()),
  );
}
