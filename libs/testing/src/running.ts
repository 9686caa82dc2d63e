/** A real component that a test started. */
export interface Running {
  /** Ends it and removes its data. May be called twice. */
  stop(): Promise<void>;
}

/** A real component that can fail and come back, for fault tests. */
export interface Restartable extends Running {
  /** Ends it in good order; its data stay. */
  halt(): Promise<void>;
  /** Ends it as a power cut would (SIGKILL); its data stay. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data, after `halt` or `kill`. Resolves when it serves. */
  start(): Promise<void>;
}
