import { Failure } from './failure.js';
import type { Session } from './session.js';
import { plainText } from './table.js';
import { pause } from './wait.js';

const POLL_MS = 400;

/** What agents will ignore or trip over. */
export interface PackageWarning {
  readonly text: { readonly en: string };
}

/** What is read of a package while it is built. */
interface BuildView {
  readonly id: string;
  readonly fileId: string;
  readonly name: string;
  readonly state: string;
  readonly error?: { readonly code: string; readonly reason: string } | null;
  readonly warnings?: readonly PackageWarning[];
}

/**
 * Waits until a package is built.
 * @throws Failure with the server's reason when the build failed
 */
export async function waitForBuild(session: Session, packageId: string): Promise<BuildView> {
  let shown = '';
  for (;;) {
    const current = await session.api.get<BuildView>(`/api/v1/packages/${packageId}`);
    if (current.state === 'built') return current;
    if (current.state === 'failed') {
      const reason = plainText(current.error?.reason ?? 'the server gives no reason');
      throw new Failure(
        `The build of ${plainText(current.name)} failed: ${reason}`,
        1,
        current.error?.code ?? null,
      );
    }
    if (current.state !== shown) session.note(`${plainText(current.name)}: ${current.state} …`);
    shown = current.state;
    await pause(POLL_MS);
  }
}
