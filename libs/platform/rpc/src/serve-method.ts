import { AppError } from '@entrepot/kernel';
import { continueTrace, TRACEPARENT, withLogContext } from '@entrepot/platform-telemetry';
import type {
  Metadata,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
  UntypedHandleCall,
  sendUnaryData,
} from '@grpc/grpc-js';
import { END_OF_MESSAGES } from './end-of-messages.js';
import { ERRORS } from './errors.js';
import { pump } from './pump.js';
import { toStatus } from './rpc-status.js';
import type { ServiceMethod } from './service-methods.js';

/** Told of every failure that is not an `AppError`: a fault of ours, of which the caller learns no more than that. */
export type OnFault = (method: string, error: unknown) => void;

type Handler = (input: unknown) => unknown;

/** Makes a method of an object that implements the service answer calls. */
export function serveMethod(service: object, method: ServiceMethod, onFault: OnFault): UntypedHandleCall {
  const member: unknown = Reflect.get(service, method.name);
  if (typeof member !== 'function')
    throw new Error(`${service.constructor.name} has no method ${method.name}`);
  const handler = member.bind(service) as Handler;
  const failed = (error: unknown): ReturnType<typeof toStatus> => {
    if (!(error instanceof AppError)) onFault(method.wire.path, error);
    return toStatus(error);
  };
  switch (method.kind) {
    case 'unary':
      return (call: ServerUnaryCall<object, object>, done: sendUnaryData<object>) =>
        void inTrace(call, () => answer(() => handler(call.request), done, failed));
    case 'client-stream':
      return (call: ServerReadableStream<object, object>, done: sendUnaryData<object>) =>
        void inTrace(call, () => answer(() => handler(receivedMessages(call)), done, failed));
    case 'server-stream':
      return (call: ServerWritableStream<object, object>) =>
        void inTrace(call, () => sendMessages(call, handler, failed));
  }
}

/** Goes on with the caller's trace, so that the log lines of both programs can be read as one story. */
function inTrace(call: { readonly metadata: Metadata }, work: () => Promise<void>): Promise<void> {
  const [traceparent] = call.metadata.get(TRACEPARENT);
  return withLogContext({ ...continueTrace(traceparent?.toString()) }, work);
}

async function answer(
  work: () => unknown,
  done: sendUnaryData<object>,
  failed: (error: unknown) => ReturnType<typeof toStatus>,
): Promise<void> {
  try {
    done(null, (await work()) as object);
  } catch (error) {
    done(failed(error));
  }
}

/** The caller's messages. A caller that gives up is an error here, never an end: what it sent is not complete. */
async function* receivedMessages(call: ServerReadableStream<object, object>): AsyncGenerator<object> {
  try {
    for await (const message of call as AsyncIterable<object>) {
      if (message === END_OF_MESSAGES) return;
      yield message;
    }
  } catch (error) {
    if (!call.cancelled) throw error;
  }
  throw new AppError(ERRORS.RPC_CANCELLED, 'The caller gave up before its last message');
}

async function sendMessages(
  call: ServerWritableStream<object, object>,
  handler: Handler,
  failed: (error: unknown) => ReturnType<typeof toStatus>,
): Promise<void> {
  const cancelled = new AbortController();
  call.once('cancelled', () => cancelled.abort());
  call.once('close', () => cancelled.abort());
  try {
    await pump(handler(call.request) as AsyncIterable<object>, call, cancelled.signal);
    if (!cancelled.signal.aborted) call.end();
  } catch (error) {
    const status = failed(error);
    if (!cancelled.signal.aborted) call.emit('error', status);
  }
}
