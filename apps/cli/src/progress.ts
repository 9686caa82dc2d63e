import { formatByteSize } from './byte-size.js';
import type { Terminal } from './terminal.js';

const BAR_WIDTH = 30;
const PLAIN_STEP = 10;

/** Shows how far an upload is: a bar drawn in place for people, a line per ten per cent otherwise. */
export class Progress {
  private shown = -1;

  constructor(
    private readonly terminal: Pick<Terminal, 'interactive' | 'err'>,
    private readonly label: string,
  ) {}

  /** @param done bytes of `total` */
  update(done: number, total: number): void {
    const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
    const step = this.terminal.interactive ? percent : percent - (percent % PLAIN_STEP);
    if (step === this.shown) return;
    this.shown = step;
    const amount = `${formatByteSize(done)} of ${formatByteSize(total)}`;
    if (this.terminal.interactive)
      this.terminal.err(`\r${progressBar(percent)} ${this.label} ${amount}\u001b[K`);
    else this.terminal.err(`${this.label}: ${step} % (${amount})\n`);
  }

  end(): void {
    if (this.terminal.interactive && this.shown >= 0) this.terminal.err('\n');
  }
}

/** `[##########--------------------]  33 %` */
export function progressBar(percent: number): string {
  const filled = Math.round((percent / 100) * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}] ${String(percent).padStart(3)} %`;
}
