import type { Command } from 'commander';
import type { Api } from '../api.js';
import { EXIT, Failure, type ExitCode } from '../failure.js';
import { findPackage, packageLabel, PACKAGE_ARGUMENT, type PackageView } from '../find-package.js';
import type { OpenSession } from '../program.js';
import type { Session } from '../session.js';
import { plainText } from '../table.js';
import { formatTime } from '../time.js';
import { pause } from '../wait.js';

const POLL_MS = 500;
const WAIT_MS = 30 * 60_000;
/** The server reads a package again once a minute at the most. */
const FRESH_MS = 60_000;

interface Verification {
  readonly verifiedAt: string | null;
  readonly damagedAt: string | null;
  readonly damagedFiles: readonly string[];
  readonly doubts: { readonly deliveries: number };
  readonly verdict: { readonly en: string } | null;
}

export function addVerify(program: Command, open: OpenSession, ended: { code: ExitCode }): void {
  program
    .command('verify')
    .description('read all stored bytes of a package again; exit code 1 when some are damaged')
    .argument('<package>', PACKAGE_ARGUMENT)
    .option('--wait', 'return when they are read')
    .action(async (text: string, options: { readonly wait?: boolean }, command: Command) => {
      const session = await open(command);
      const found = await findPackage(session.api, text);
      const before = await read(session.api, found);
      await session.api.post(`/api/v1/stored-packages/${found.fileId}/verify`);
      const now = options.wait === true ? await waitForResult(session, found, before) : before;
      session.show(now, describe(found, now, options.wait === true));
      if (now.damagedAt !== null) ended.code = EXIT.failed;
    });
}

function read(api: Api, { id }: PackageView): Promise<Verification> {
  return api.get<Verification>(`/api/v1/packages/${id}/verification`);
}

async function waitForResult(
  session: Session,
  found: PackageView,
  before: Verification,
): Promise<Verification> {
  if (before.verifiedAt !== null && Date.now() - Date.parse(before.verifiedAt) < FRESH_MS) return before;
  const end = Date.now() + WAIT_MS;
  while (Date.now() < end) {
    const now = await read(session.api, found);
    if (now.verifiedAt !== before.verifiedAt) return now;
    await pause(POLL_MS);
  }
  throw new Failure(`${packageLabel(found)} is still being read; ask again later.`);
}

function describe(found: PackageView, now: Verification, waited: boolean): string {
  const { verifiedAt, damagedAt, damagedFiles, doubts, verdict } = now;
  const asked = waited ? '' : `The bytes of ${packageLabel(found)} are being read again. `;
  const state =
    damagedAt !== null
      ? `Damaged since ${formatTime(damagedAt) ?? ''}: ${plainText(damagedFiles.join(', '))}.`
      : verifiedAt === null
        ? 'They have not been read since the package was built.'
        : `They were right at ${formatTime(verifiedAt) ?? ''}.`;
  const doubted =
    doubts.deliveries === 0 ? '' : ` ${doubts.deliveries} devices have said that they are wrong.`;
  return `${asked}${state}${doubted}${verdict === null ? '' : ` ${plainText(verdict.en)}`}\n`;
}
