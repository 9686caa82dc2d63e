import type { Command } from 'commander';
import type { Api } from '../api.js';
import { EXIT, Failure } from '../failure.js';
import { findPackage, packageLabel, PACKAGE_ARGUMENT } from '../find-package.js';
import { repeated, wholeNumber } from '../options.js';
import type { OpenSession } from '../program.js';
import { plainText } from '../table.js';
import { formatDuration } from '../time.js';

interface RetryPolicy {
  readonly on: readonly string[];
  readonly retries: number;
  readonly firstAfterMinutes: number;
  readonly factor: number;
  readonly maxAfterMinutes: number;
}

interface PolicyOptions {
  readonly on?: readonly string[];
  readonly retries: number;
  readonly after: number;
  readonly factor: number;
  readonly atMost: number;
  readonly remove?: boolean;
}

/** Options that only say something of a new policy. */
const GO_WITH_ON = ['retries', 'after', 'factor', 'atMost'];
const MONTH_IN_MINUTES = 31 * 24 * 60;
const RETRIES_MAX = 20;
const FACTOR_MAX = 10;

export function addRetryPolicy(program: Command, open: OpenSession): void {
  program
    .command('retry-policy')
    .description('show or set which failures of a package are tried again by themselves')
    .argument('<package>', PACKAGE_ARGUMENT)
    .option('--on <code>', 'such as ERR_BAD_DIGEST or ERR_*; again for more; sets the policy anew', repeated)
    .option('--retries <number>', 'how often', wholeNumber(1, RETRIES_MAX), 3)
    .option('--after <minutes>', 'the first time', wholeNumber(1, MONTH_IN_MINUTES), 60)
    .option('--factor <number>', 'each wait is so many times the one before', wholeNumber(1, FACTOR_MAX), 2)
    .option('--at-most <minutes>', 'no wait is longer', wholeNumber(1, MONTH_IN_MINUTES), 24 * 60)
    .option('--remove', 'let failures be')
    .action(async (text: string, options: PolicyOptions, command: Command) => {
      const session = await open(command);
      const { on, retries, after, factor, atMost, remove } = options;
      if (on !== undefined && remove === true)
        throw new Failure('Give --on or --remove, not both.', EXIT.usage);
      const alone = GO_WITH_ON.find((name) => command.getOptionValueSource(name) === 'cli');
      if (on === undefined && alone !== undefined)
        throw new Failure('Say with --on which failures are meant; it sets the policy anew.', EXIT.usage);
      const found = await findPackage(session.api, text);
      const path = `/api/v1/packages/${found.id}/retry-policy`;
      if (remove === true) {
        await session.api.delete(path);
        return session.show(
          { packageId: found.id },
          `Failures of ${packageLabel(found)} stay as they are.\n`,
        );
      }
      const body = {
        on,
        retries,
        firstAfterMinutes: after,
        factor,
        maxAfterMinutes: Math.max(after, atMost),
      };
      const policy =
        on === undefined
          ? await currentPolicy(session.api, path)
          : await session.api.put<RetryPolicy>(path, body);
      session.show(
        policy,
        policy === null ? `Failures of ${packageLabel(found)} stay as they are.\n` : describe(policy),
      );
    });
}

/** Null when the package has none. */
async function currentPolicy(api: Api, path: string): Promise<RetryPolicy | null> {
  try {
    return await api.get<RetryPolicy>(path);
  } catch (error) {
    if (error instanceof Failure && error.code === 'ACTIVATION_RETRY_POLICY_NOT_FOUND') return null;
    throw error;
  }
}

function describe({ on, retries, firstAfterMinutes, factor, maxAfterMinutes }: RetryPolicy): string {
  const [first, longest] = [formatDuration(firstAfterMinutes * 60), formatDuration(maxAfterMinutes * 60)];
  return `${plainText(on.join(', '))}: ${retries} times, first after ${first}, then ${factor} times as long each time, ${longest} at the most.\n`;
}
