/** Hears every chunk of a stream that goes elsewhere, and holds it up where it cannot follow. */
export interface StreamListener {
  /** Takes the next bytes, which stay as they are. @throws what shall end the stream */
  update(bytes: Uint8Array): Promise<void> | void;
}

/** Passes a stream on, each chunk once all listeners have taken it. */
export async function* heardBy(
  source: AsyncIterable<Uint8Array>,
  listeners: readonly StreamListener[],
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source) {
    for (const listener of listeners) await listener.update(chunk);
    yield chunk;
  }
}
