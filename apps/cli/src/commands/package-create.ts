import { Option, type Command } from 'commander';
import { byteSize, wholeNumber } from '../options.js';
import { ACTIONS, packageRequest, type PackageOptions } from '../package-request.js';
import type { OpenSession } from '../program.js';
import type { Session } from '../session.js';
import { plainText } from '../table.js';
import { archiveSize, uploadArchive } from '../upload-archive.js';
import { waitForBuild } from '../wait-for-build.js';

const PRIORITY_MAX = 9;
const FRAGMENTS_MAX = 10_000;

interface CreateOptions extends PackageOptions {
  readonly wait?: boolean;
}

interface CreatedPackage {
  readonly id: string;
  readonly fileId: string;
  readonly state: string;
  readonly upload: { readonly url: string } | null;
  readonly warnings?: readonly string[];
}

export function addPackageCreate(program: Command, open: OpenSession): void {
  program
    .command('package')
    .description('make packages')
    .command('create')
    .description('upload an archive and build a package from it')
    .requiredOption('--name <name>', 'name of the package')
    .addOption(
      new Option('--os <system>', 'operating system of the devices')
        .choices(['windows', 'linux', 'macos'])
        .makeOptionMandatory(),
    )
    .option('--file <archive>', 'zip for Windows, tar.gz for the others')
    .addOption(new Option('--action <action>', 'what agents do with it').choices(ACTIONS))
    .option('--path <folder>', 'store: where the files go')
    .option('--command <line>', 'execute: the command line')
    .option('--launch <file>', 'launch: the file of the archive to start')
    .option('--description <text>')
    .option('--priority <0-9>', '0 is handled first and alone', wholeNumber(0, PRIORITY_MAX))
    .option('--fragments <count>', 'number of fragments', wholeNumber(1, FRAGMENTS_MAX))
    .option('--fragment-size <size>', 'size of a fragment, such as 1M', byteSize)
    .addOption(new Option('--protocol <protocol>', 'how fragments are fetched').choices(['http', 'https']))
    .option('--wait', 'return when the package is built')
    .action(async (options: CreateOptions, command: Command) => createPackage(await open(command), options));
}

async function createPackage(session: Session, options: CreateOptions): Promise<void> {
  const { api } = session;
  const request = packageRequest(options);
  const { file } = options;
  // Before anything is made on the server: a name typed wrong should leave nothing behind.
  const size = file === undefined ? 0 : await archiveSize(file);
  const created = await api.post<CreatedPackage>('/api/v1/packages', request);
  for (const warning of created.warnings ?? []) session.note(`Warning: ${plainText(warning)}`);
  if (file !== undefined && created.upload !== null)
    await uploadArchive(session, created.upload.url, file, size);
  const { id, fileId } = created;
  const building = await api.post<CreatedPackage>(`/api/v1/packages/${id}/build`);
  const state = options.wait === true ? (await waitForBuild(session, id)).state : building.state;
  session.show(
    { id, fileId, name: options.name, state },
    `Package ${options.name} (file id ${fileId}): ${state}.\n`,
  );
}
