import { Option, type Command } from 'commander';
import { Failure } from '../failure.js';
import { findPackage, packageLabel, PACKAGE_ARGUMENT } from '../find-package.js';
import { findProxy, PROXIES_PATH, type ProbeResult, type ProxyView } from '../find-proxy.js';
import { repeated, wholeNumber } from '../options.js';
import type { OpenSession } from '../program.js';
import { formatTable, plainText } from '../table.js';
import { formatTime } from '../time.js';
import { addProxySettings } from './proxy-settings.js';

interface AddOptions {
  readonly kind: string;
  readonly host: string;
  readonly port: number;
  readonly path?: string;
  readonly password?: boolean;
  readonly purge?: boolean;
  readonly network?: readonly string[];
  readonly description?: string;
}

const PORT_MAX = 65_535;

export function addProxies(program: Command, open: OpenSession): void {
  const list = async (_options: unknown, command: Command): Promise<void> => {
    const session = await open(command);
    const items = await session.api.all<ProxyView>(PROXIES_PATH);
    const rows = items.map(({ name, kind, host, port, probe, id }) => [
      ...[name, kind, `${host}:${port}`, probe?.problem ?? probe?.cached],
      ...[formatTime(probe?.at ?? null), id],
    ]);
    session.show(items, formatTable(['NAME', 'KIND', 'PLACE', 'LAST PROBE', 'AT', 'ID'], rows));
  };
  const proxies = program.command('proxies').description('list the proxy caches of sites').action(list);
  proxies.command('list').description('the same').action(list);
  addAdd(proxies, open);
  addRemove(proxies, open);
  addChecks(proxies, open);
  addProxySettings(proxies, open);
}

function addAdd(proxies: Command, open: OpenSession): void {
  proxies
    .command('add')
    .description('register the proxy cache of a site')
    .argument('<name>')
    .addOption(
      new Option('--kind <kind>', 'set on each machine, or standing at a fragment location of its own')
        .choices(['forward', 'accelerator'])
        .default('forward'),
    )
    .requiredOption('--host <host>', 'name or address')
    .option('--port <port>', 'its port', wholeNumber(1, PORT_MAX), 3128)
    .option('--path <path>', 'of an accelerator: what follows host and port')
    .option('--password', 'machines need a password for it')
    .option('--purge', 'it lets this server purge what it keeps')
    .option('--network <network>', 'whose machines use it, such as 10.1.0.0/16; again for more', repeated)
    .option('--description <text>')
    .action(async (name: string, options: AddOptions, command: Command) => {
      const session = await open(command);
      const { kind, host, port, path, password, purge, network, description } = options;
      const place = { name, kind, host, port, path };
      const made = await session.api.post<ProxyView>(PROXIES_PATH, {
        ...place,
        ...{ requiresPassword: password, allowsPurge: purge, networks: network, description },
      });
      session.show(made, `Proxy cache ${plainText(made.name)} is registered.\n`);
    });
}

function addRemove(proxies: Command, open: OpenSession): void {
  proxies
    .command('remove')
    .description('forget a proxy cache; machines that use it go on doing so')
    .argument('<proxy>', 'name or id')
    .action(async (text: string, _options: unknown, command: Command) => {
      const session = await open(command);
      const found = await findProxy(session.api, text);
      await session.api.delete(`${PROXIES_PATH}/${found.id}`);
      session.show(found, `Proxy cache ${plainText(found.name)} is forgotten.\n`);
    });
}

function addChecks(proxies: Command, open: OpenSession): void {
  proxies
    .command('probe')
    .description('fetch a published fragment twice through a proxy cache, and see what it does')
    .argument('<proxy>', 'name or id')
    .action(async (text: string, _options: unknown, command: Command) => {
      const session = await open(command);
      const { id } = await findProxy(session.api, text);
      const result = await session.api.post<ProbeResult>(`${PROXIES_PATH}/${id}/probe`);
      session.show(result, `${plainText(result.explanation.en)}\n`);
      if (result.problem !== null)
        throw new Failure(`The probe found a problem: ${plainText(result.problem)}.`);
    });
  proxies
    .command('purge')
    .description('purge the fragments of a package from a proxy cache')
    .argument('<proxy>', 'name or id')
    .argument('<package>', PACKAGE_ARGUMENT)
    .action(async (text: string, of: string, _options: unknown, command: Command) => {
      const session = await open(command);
      const proxy = await findProxy(session.api, text);
      const found = await findPackage(session.api, of);
      const purge = await session.api.post(`${PROXIES_PATH}/${proxy.id}/purges`, { fileId: found.fileId });
      session.show(purge, `${packageLabel(found)} is being purged from ${plainText(proxy.name)}.\n`);
    });
}
