import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/**
 * Processor time so far of a process and all below it, ended ones included, in ms: of the program itself and of the
 * others (PostgreSQL).
 */
export function processorTime(rootPid) {
  const processes = readdirSync('/proc').filter(isPid).map(Number).map(statOf).filter(Boolean);
  const tree = new Set([rootPid]);
  for (let size = 0; size < tree.size;) {
    size = tree.size;
    for (const { pid, parent } of processes) if (tree.has(parent)) tree.add(pid);
  }
  let program = 0;
  let database = 0;
  for (const one of processes) {
    if (one.pid === rootPid) program += one.own;
    else if (tree.has(one.pid)) database += one.own + one.ended;
  }
  return { program, database, processes: tree.size };
}

function isPid(name) {
  return /^\d+$/.test(name);
}

function statOf(pid) {
  let text;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  // The second field is the program's name, which may hold blanks and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ms = (at) => (Number(fields[at]) * 1_000) / TICKS_PER_SECOND;
  return { pid, parent: Number(fields[1]), own: ms(11) + ms(12), ended: ms(13) + ms(14) };
}
