import { freePorts } from '@entrepot/testing';
import { Program } from './program.js';

export const PROGRAMS = ['identity', 'inventory', 'fragments', 'activation', 'builder'] as const;
export type ProgramName = (typeof PROGRAMS)[number];

/** One process of each program of the distributed mode. */
export type ProgramSet = Readonly<Record<ProgramName, Program>>;

/** Makes and starts one process of each program. They call each other: a set needs nothing of another one. */
export async function startProgramSet(
  shared: Readonly<Record<string, string>>,
  directory: string,
): Promise<ProgramSet> {
  const http = await portsOfAll();
  const rpc = await portsOfAll();
  const parts = PROGRAMS.filter((name) => name !== 'identity');
  const neighbours = {
    ENTREPOT_ACTIVATION_RPC: `127.0.0.1:${rpc.activation}`,
    ENTREPOT_INVENTORY_RPC: `127.0.0.1:${rpc.inventory}`,
    ENTREPOT_FRAGMENTS_RPC: `127.0.0.1:${rpc.fragments}`,
    ENTREPOT_IDENTITY_RPC: `127.0.0.1:${rpc.identity}`,
    ENTREPOT_API_PARTS: parts.map((name) => `http://127.0.0.1:${http[name]}`).join(','),
  };
  const set = ofAll((name) => {
    const own = { ENTREPOT_HTTP_PORT: String(http[name]), ENTREPOT_RPC_PORT: String(rpc[name]) };
    return new Program(name, http[name], { ...shared, ...neighbours, ...own }, directory);
  });
  await Promise.all(Object.values(set).map((program) => program.start()));
  return set;
}

/** Ends every program of a set in good order. */
export async function stopProgramSet(set: ProgramSet): Promise<void> {
  await Promise.all(Object.values(set).map((program) => program.stop()));
}

async function portsOfAll(): Promise<Record<ProgramName, number>> {
  const ports = await freePorts(PROGRAMS.length);
  return ofAll((name) => ports[PROGRAMS.indexOf(name)] ?? 0);
}

function ofAll<T>(make: (name: ProgramName) => T): Record<ProgramName, T> {
  return Object.fromEntries(PROGRAMS.map((name) => [name, make(name)])) as Record<ProgramName, T>;
}
