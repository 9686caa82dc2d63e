import { readFileSync, writeFileSync } from 'node:fs';

/** How much more memory a process has had resident at once, from now on, than it has now. */
export class Peak {
  #pid;
  #before;

  constructor(pid) {
    this.#pid = pid;
    // Makes the kernel forget the peak so far (proc(5)).
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
    this.#before = statusOf(pid, 'VmRSS');
  }

  /** Bytes; 0 for a process that is gone. */
  growth() {
    const peak = statusOf(this.#pid, 'VmHWM');
    return Math.max(0, peak - this.#before);
  }
}

function statusOf(pid, field) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
}
