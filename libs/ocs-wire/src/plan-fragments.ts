/** How an archive is cut. */
export interface FragmentPlan {
  /** Number of fragments; 0 without archive. */
  readonly count: number;
  /**
   * Bytes of fragment `n`, counted from 1.
   * @throws RangeError when there is no such fragment
   */
  sizeOf(n: number): number;
}

/** Either into so many fragments, or into fragments of about so many bytes. */
export type FragmentRule = { readonly count: number } | { readonly sizeBytes: number };

/**
 * Plans the fragments of an archive (OCS-PROTOCOL.md §5.4): all but the last have floor(total / count) bytes,
 * the last takes the rest. There are never more fragments than bytes.
 * @param totalBytes size of the archive, null without one
 * @throws RangeError when a number is not whole, or the rule's is below 1
 */
export function planFragments(totalBytes: number | null, by: FragmentRule): FragmentPlan {
  const total = totalBytes ?? 0;
  const wanted = 'count' in by ? by.count : by.sizeBytes;
  if (!Number.isSafeInteger(total) || total < 0)
    throw new RangeError('totalBytes must be a whole number of 0 or more.');
  if (!Number.isSafeInteger(wanted) || wanted < 1)
    throw new RangeError('The fragment rule must be a whole number of 1 or more.');
  const count = Math.min(total, 'count' in by ? wanted : Math.ceil(total / wanted));
  const usual = count === 0 ? 0 : Math.floor(total / count);
  return {
    count,
    sizeOf(n) {
      if (!Number.isInteger(n) || n < 1 || n > count)
        throw new RangeError(`There is no fragment ${n} of ${count}.`);
      return n < count ? usual : total - usual * (count - 1);
    },
  };
}
