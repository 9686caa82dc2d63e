/**
 * Objects that inherit nothing, for keys that come from input. `Object.create(null)` would do, but V8 keeps such
 * objects as hash tables, which are several times slower to fill and to list.
 */
const BareRecord = function () {} as unknown as new () => object;
BareRecord.prototype = Object.freeze(Object.create(null) as object);

/** An empty record without inherited keys. */
export function bareRecord<Value>(): Record<string, Value> {
  return new BareRecord() as Record<string, Value>;
}
