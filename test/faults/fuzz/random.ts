/** Draws that depend on nothing but their seeds: the same everywhere and for ever, so that a case can be made again. */
export class Random {
  private state: number;

  constructor(...seeds: readonly number[]) {
    this.state = seeds.reduce((mixed, seed) => scramble((mixed ^ seed) >>> 0), 0x9e3779b9);
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    return Math.floor((scramble(this.state) / 2 ** 32) * limit);
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** True in so many of a hundred draws. */
  percent(share: number): boolean {
    return this.below(100) < share;
  }

  /** One of them; the list must not be empty. */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

/** The finalizer of MurmurHash3: every bit of the input changes half of the output's. */
function scramble(number: number): number {
  let bits = number;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
