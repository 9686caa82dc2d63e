/** Bytes that no format knows and that do not compress; the same for the same size. */
export function noise(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = 42;
  for (let i = 0; i < size; i += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}
