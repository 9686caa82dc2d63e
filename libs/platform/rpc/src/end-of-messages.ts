import type { WireMethod } from './service-methods.js';

/** Stands for the last message of a caller's stream, after which nothing is missing. */
export const END_OF_MESSAGES: object = Object.freeze({});

/** A valid message of any proto: only field 536870911, which no proto of ours has, so that a stranger's decoder skips it. */
const END_BYTES = Buffer.from([0xf8, 0xff, 0xff, 0xff, 0x0f, 0x01]);

/**
 * Makes the end of a caller's stream a message of its own. Without it a caller that dies or gives up looks, for an
 * instant, exactly like one that is done: grpc-js reports a reset HTTP/2 stream first as its end, then as cancelled.
 */
export function withEndOfMessages(method: WireMethod): WireMethod {
  return {
    ...method,
    requestSerialize: (message) =>
      message === END_OF_MESSAGES ? END_BYTES : method.requestSerialize(message),
    requestDeserialize: (bytes) =>
      END_BYTES.equals(bytes) ? END_OF_MESSAGES : method.requestDeserialize(bytes),
  };
}
