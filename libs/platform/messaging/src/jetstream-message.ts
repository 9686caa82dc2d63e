import { TRACEPARENT } from '@entrepot/platform-telemetry';
import type { JsMsg } from '@nats-io/jetstream';
import { headers, type MsgHdrs } from '@nats-io/transport-node';
import { v5 as uuidv5, validate } from 'uuid';
import type { BusMessage } from './message.js';

/** Carries the ordering key, percent-encoded, to the consumer's side. */
export const ORDERING_KEY_HEADER = 'Ocs-Ordering-Key';

const MESSAGE_ID_HEADER = 'Nats-Msg-Id';
/** Namespace of the ids that messages of strangers get. */
const STRANGERS = '6f1d1c0e-9d0f-4f1c-8f6b-3f1f0a1c7f55';

/** What a message carries besides its payload. */
export function encodeHeaders(message: BusMessage): MsgHdrs {
  const encoded = headers();
  encoded.set(TRACEPARENT, message.traceparent);
  encoded.set(ORDERING_KEY_HEADER, encodeURIComponent(message.orderingKey));
  return encoded;
}

/**
 * Reads a message of a stream, whoever published it: what is missing or broken gets a value with which it can be handled
 * once or become a dead letter.
 */
export function decodeMessage(message: JsMsg): BusMessage {
  const given = message.headers?.get(MESSAGE_ID_HEADER) ?? '';
  return {
    id: validate(given) ? given : uuidv5(`${message.info.stream} ${String(message.seq)}`, STRANGERS),
    subject: message.subject,
    orderingKey: percentDecoded(message.headers?.get(ORDERING_KEY_HEADER) ?? ''),
    traceparent: message.headers?.get(TRACEPARENT) ?? '',
    payload: parsePayload(message),
  };
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parsePayload(message: JsMsg): unknown {
  try {
    return message.json<unknown>();
  } catch {
    return null; // The event's schema refuses null, which makes a dead letter of it.
  }
}
