import { Option, type Command } from 'commander';
import { findDeviceId } from '../find-device.js';
import { EXIT, Failure } from '../failure.js';
import { findGroupId } from '../find-group.js';
import { findPackage, PACKAGE_ARGUMENT } from '../find-package.js';
import { byteSize, repeated, wholeNumber } from '../options.js';
import type { OpenSession } from '../program.js';
import type { Session } from '../session.js';
import { formatTable, plainText } from '../table.js';
import { formatDuration } from '../time.js';
import { archiveSize } from '../upload-archive.js';

const DEFAULT_PRIORITY = 5;

interface EstimateOptions {
  readonly file?: string;
  readonly size?: number;
  readonly fragments?: number;
  readonly fragmentSize?: number;
  readonly priority?: number;
  readonly os?: string;
  readonly speed?: number;
  readonly group?: string;
  readonly device?: readonly string[];
}

interface Said {
  readonly text: { readonly en: string };
}

interface EstimateView {
  readonly plan: { readonly count: number; readonly sizeBytes: number; readonly lastSizeBytes: number };
  readonly global: Said & { readonly seconds: number | null };
  readonly devices: {
    readonly total: number;
    readonly fastestSeconds: number | null;
    readonly medianSeconds: number | null;
    readonly slowestSeconds: number | null;
    readonly never: readonly (Said & { readonly count: number })[];
  } | null;
  readonly warnings: readonly Said[];
}

export function addEstimate(program: Command, open: OpenSession): void {
  program
    .command('estimate')
    .description('say how an archive would be cut and how long devices would need for it')
    .argument('[package]', `of a package that is there: ${PACKAGE_ARGUMENT}`)
    .option('--file <archive>', 'of a file on this machine')
    .option('--size <size>', 'of so many bytes, such as 700M', byteSize)
    .option('--fragments <count>', 'number of fragments', wholeNumber(1, 2 ** 31 - 1))
    .option('--fragment-size <size>', 'size of a fragment, such as 1M', byteSize)
    .option('--priority <0-9>', 'of the package (default: 5)', wholeNumber(0, 9))
    .addOption(new Option('--os <system>', 'of the package').choices(['windows', 'linux', 'macos']))
    .option('--speed <size>', 'what the network gives a device in a second, such as 1M', byteSize)
    .addOption(new Option('--group <group>', 'for the devices of a group').conflicts('device'))
    .option('--device <device>', 'for a device; again for more', repeated)
    .action(async (text: string | undefined, options: EstimateOptions, command: Command) => {
      const session = await open(command);
      const request = { ...(await whatOf(session, text, options)), ...(await whoseOf(session, options)) };
      const estimate = await session.api.post<EstimateView>('/api/v1/download-estimates', request);
      for (const { text: warning } of estimate.warnings) session.note(`Warning: ${plainText(warning.en)}`);
      session.show(estimate, formatEstimate(estimate));
    });
}

async function whatOf({ api }: Session, text: string | undefined, options: EstimateOptions): Promise<object> {
  const { file, size, fragments, fragmentSize, priority, os, speed } = options;
  if ([text, file, size].filter((given) => given !== undefined).length !== 1)
    throw new Failure('Give one of a package, --file and --size.', EXIT.usage);
  if (fragments !== undefined && fragmentSize !== undefined)
    throw new Failure('Give --fragments or --fragment-size, not both.', EXIT.usage);
  const found = text === undefined ? null : await findPackage(api, text);
  const bytes = size ?? (file === undefined ? (found?.size ?? 0) : await archiveSize(file));
  const count = fragments ?? (found?.fragmentCount || 1);
  return {
    bytes,
    fragments: fragmentSize === undefined ? { count } : { sizeBytes: fragmentSize },
    priority: priority ?? found?.priority ?? DEFAULT_PRIORITY,
    operatingSystem: os ?? found?.operatingSystem,
    bytesPerSecond: speed,
  };
}

async function whoseOf({ api }: Session, { group, device }: EstimateOptions): Promise<object> {
  if (group !== undefined) return { groupId: await findGroupId(api, group) };
  if (device === undefined) return {};
  const deviceIds = [];
  for (const one of device) deviceIds.push(await findDeviceId(api, one));
  return { deviceIds };
}

function formatEstimate({ plan, global, devices }: EstimateView): string {
  const fragments = `${plan.count} of ${plan.sizeBytes} bytes, the last of ${plan.lastSizeBytes}`;
  const rows = [
    ['fragments', plan.count === 0 ? 'none' : fragments],
    ['a device with the settings of all', global.text.en],
    ...(devices === null
      ? []
      : [
          ['devices', devices.total],
          ['the fastest', durationOf(devices.fastestSeconds)],
          ['the median', durationOf(devices.medianSeconds)],
          ['the slowest', durationOf(devices.slowestSeconds)],
          ...devices.never.map(({ count, text }) => [`${count} of them`, text.en]),
        ]),
  ];
  return formatTable(['WHAT', 'ESTIMATE'], rows);
}

function durationOf(seconds: number | null): string | null {
  return seconds === null ? null : `about ${formatDuration(seconds)}`;
}
