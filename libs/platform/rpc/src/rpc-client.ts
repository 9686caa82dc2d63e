import type { RpcDefinition } from '@entrepot/contracts';
import { AppError } from '@entrepot/kernel';
import { currentTraceparent, TRACEPARENT } from '@entrepot/platform-telemetry';
import { Client, Metadata, credentials, type ClientWritableStream, type ServiceError } from '@grpc/grpc-js';
import { clientOptions } from './channel-options.js';
import { END_OF_MESSAGES } from './end-of-messages.js';
import { ERRORS } from './errors.js';
import { IdleWatch } from './idle-watch.js';
import { pump } from './pump.js';
import { fromServiceError } from './rpc-status.js';
import { loadServiceMethods, type ServiceMethod } from './service-methods.js';

const DEFAULT_DEADLINE_MS = 5_000;
const DEFAULT_IDLE_MS = 60_000;

export interface RpcClientOptions {
  /** `host:port` of the program that serves it. */
  readonly address: string;
  /** Milliseconds that a unary call may last; 5,000 unless told. */
  readonly deadlineMs?: number;
  /** Milliseconds that a stream may wait for the other side; 60,000 unless told. */
  readonly idleMs?: number;
}

interface Calls {
  readonly client: Client;
  readonly service: string;
  readonly deadlineMs: number;
  readonly idleMs: number;
}

/**
 * A client that implements the service's own interface. It connects at the first call and again whenever needed.
 * Every method fails with an `AppError`: the other side's own, or RPC_UNAVAILABLE, RPC_DEADLINE_EXCEEDED,
 * RPC_MESSAGE_TOO_LARGE, RPC_CANCELLED, RPC_INTERNAL.
 */
export function createRpcClient<Service>(
  definition: RpcDefinition<Service>,
  options: RpcClientOptions,
): { readonly service: Service; close(): void } {
  const client = new Client(options.address, credentials.createInsecure(), clientOptions);
  const calls: Calls = {
    client,
    service: definition.service,
    deadlineMs: options.deadlineMs ?? DEFAULT_DEADLINE_MS,
    idleMs: options.idleMs ?? DEFAULT_IDLE_MS,
  };
  const methods = loadServiceMethods(definition).map(
    (method) => [method.name, callerOf(calls, method)] as const,
  );
  return { service: Object.fromEntries(methods) as Service, close: () => client.close() };
}

function callerOf(calls: Calls, method: ServiceMethod): (request: never) => unknown {
  switch (method.kind) {
    case 'unary':
      return (request: object) => callUnary(calls, method, request);
    case 'client-stream':
      return (messages: AsyncIterable<object>) => sendStream(calls, method, messages);
    case 'server-stream':
      return (request: object) => receiveStream(calls, method, request);
  }
}

function callUnary(calls: Calls, { wire }: ServiceMethod, request: object): Promise<object> {
  return new Promise((resolve, reject) => {
    calls.client.makeUnaryRequest(
      wire.path,
      wire.requestSerialize,
      wire.responseDeserialize,
      request,
      callMetadata(),
      { deadline: Date.now() + calls.deadlineMs },
      settle(resolve, reject, calls.service),
    );
  });
}

async function sendStream(
  calls: Calls,
  method: ServiceMethod,
  messages: AsyncIterable<object>,
): Promise<object> {
  const { call, reply, answered } = openStream(calls, method);
  const watch = new IdleWatch(calls.idleMs, () => call.cancel());
  try {
    await pump(messages, call, answered, (wait) => watch.during(wait));
    if (!answered.aborted) call.end(END_OF_MESSAGES);
    return await watch.during(reply);
  } catch (error) {
    call.cancel();
    throw watch.expired ? idleError(calls) : error;
  }
}

/** What every call tells besides its message: the trace it belongs to. */
function callMetadata(): Metadata {
  const metadata = new Metadata();
  const traceparent = currentTraceparent();
  if (traceparent !== '') metadata.set(TRACEPARENT, traceparent);
  return metadata;
}

interface OpenStream {
  readonly call: ClientWritableStream<object>;
  readonly reply: Promise<object>;
  /** Fires when the reply or the failure is there, perhaps long before all messages are sent. */
  readonly answered: AbortSignal;
}

function openStream({ client, service }: Calls, { wire }: ServiceMethod): OpenStream {
  const answered = new AbortController();
  const { promise: reply, resolve, reject } = withResolvers<object>();
  const settled = settle(resolve, reject, service);
  const call = client.makeClientStreamRequest(
    wire.path,
    wire.requestSerialize,
    wire.responseDeserialize,
    callMetadata(),
    (error: ServiceError | null, value?: object) => {
      settled(error, value);
      answered.abort();
    },
  );
  // The reply tells the failure; without these two, a failed write or an unread reply would end the process.
  call.on('error', () => undefined);
  reply.catch(() => undefined);
  return { call, reply, answered: answered.signal };
}

async function* receiveStream(
  calls: Calls,
  { wire }: ServiceMethod,
  request: object,
): AsyncGenerator<object> {
  const call = calls.client.makeServerStreamRequest(
    wire.path,
    wire.requestSerialize,
    wire.responseDeserialize,
    request,
    callMetadata(),
  );
  call.on('error', () => undefined); // The iterator tells it; an error after the last read must not end the process.
  const watch = new IdleWatch(calls.idleMs, () => call.cancel());
  const iterator = (call as AsyncIterable<object>)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await watch.during(received(iterator, calls.service));
      if (next.done) return;
      yield next.value;
    }
  } catch (error) {
    throw watch.expired ? idleError(calls) : error;
  } finally {
    call.cancel();
  }
}

async function received(iterator: AsyncIterator<object>, service: string): Promise<IteratorResult<object>> {
  try {
    return await iterator.next();
  } catch (error) {
    throw fromServiceError(error, service);
  }
}

function settle(resolve: (value: object) => void, reject: (error: AppError) => void, service: string) {
  return (error: ServiceError | null, value?: object): void => {
    if (error === null && value !== undefined) resolve(value);
    else reject(fromServiceError(error, service));
  };
}

function idleError({ service, idleMs }: Calls): AppError {
  return new AppError(ERRORS.RPC_DEADLINE_EXCEEDED, `${service} made no progress for ${idleMs} ms`);
}

function withResolvers<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: Error) => void;
} {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
