import { AsyncLocalStorage } from 'node:async_hooks';

/** What the lines of one request or one message have in common. */
export interface LogContext {
  readonly requestId?: string;
  readonly deviceId?: string;
  readonly [field: string]: string | number | boolean | undefined;
}

const storage = new AsyncLocalStorage<Record<string, string | number | boolean | undefined>>();

/** Runs work whose log lines carry the given fields, besides those of the work around it. */
export function withLogContext<Result>(context: LogContext, work: () => Result): Result {
  return storage.run({ ...storage.getStore(), ...context }, work);
}

/** Adds fields to the lines that follow in the current work; does nothing outside of any. */
export function setLogContext(fields: LogContext): void {
  const context = storage.getStore();
  if (context) Object.assign(context, fields);
}

/** The fields of the current work; empty outside of any. */
export function currentLogContext(): LogContext {
  return storage.getStore() ?? {};
}

/** The current work's own record, which later `setLogContext` calls still change. */
export function captureLogContext(): LogContext | undefined {
  return storage.getStore();
}

/** Goes on with a captured record, as the same work: what is set inside is seen by everyone who holds it. */
export function resumeLogContext<Result>(context: LogContext, work: () => Result): Result {
  return storage.run(context as Record<string, string | number | boolean | undefined>, work);
}
