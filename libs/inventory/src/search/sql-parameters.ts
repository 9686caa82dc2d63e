/** The values of a statement in the making. Whatever comes from outside goes through here, never into the text. */
export class SqlParameters {
  private readonly list: unknown[] = [];

  /** @param first number of the first parameter */
  constructor(private readonly first: number) {}

  /** Binds a value; answers what stands for it in the text, such as `$3`. */
  add(value: unknown): string {
    this.list.push(value);
    return `$${this.first + this.list.length - 1}`;
  }

  /** The number that the next parameter gets. */
  get next(): number {
    return this.first + this.list.length;
  }

  get values(): readonly unknown[] {
    return this.list;
  }
}
