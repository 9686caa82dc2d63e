/** The bytes of bodies that may be in memory together, whoever sends them. */
export class BodyBudget {
  private free: number;

  /** @param bytes all that may be held at once */
  constructor(bytes: number) {
    this.free = bytes;
  }

  /** What one request holds, from its first byte until it is answered. */
  open(): BodyShare {
    let held = 0;
    return {
      take: (bytes) => {
        if (bytes > this.free) return false;
        this.free -= bytes;
        held += bytes;
        return true;
      },
      close: () => {
        this.free += held;
        held = 0;
      },
    };
  }
}

export interface BodyShare {
  /** @returns false, and takes nothing, when there is not so much left */
  take(bytes: number): boolean;
  /** Gives everything back; nothing the second time. */
  close(): void;
}
