/** A message's payload does not have the shape of its event: no retry can help. */
export class PayloadRefused extends Error {
  override readonly name = 'PayloadRefused';
}
