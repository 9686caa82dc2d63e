/**
 * Does the same with each item, so many at a time. Ends no sooner than its last worker; after a failure no other item is
 * begun.
 * @throws the first failure
 */
export async function settleEach<Item>(
  items: readonly Item[],
  atATime: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const failures: unknown[] = [];
  const workers = Array.from({ length: atATime }, async () => {
    for (let item = left.pop(); item !== undefined && failures.length === 0; item = left.pop())
      await work(item).catch((error: unknown) => failures.push(error));
  });
  await Promise.all(workers);
  if (failures.length > 0) throw failures[0];
}
