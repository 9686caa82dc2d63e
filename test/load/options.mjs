/** What bench:ingest can be told. */
const INGEST = {
  devices: { value: 300, least: 1, most: 5_000, what: 'devices that send inventories' },
  rounds: { value: 2, least: 1, most: 20, what: 'times that each device repeats its inventory' },
  prologs: { value: 6_000, least: 1, most: 200_000, what: 'PROLOG requests' },
  connections: { value: 16, least: 1, most: 256, what: 'connections of the client' },
  seconds: { value: 60, least: 1, most: 600, what: 'longest time of one measurement' },
  warmup: { value: 200, least: 0, most: 1_000, what: 'other devices that send one before, not measured' },
};

/**
 * Reads `--devices 300 --rounds 2 … --profile <folder>`; every count is bounded.
 * @param limits by option: its `value` unless told, the `least`, the `most`, and `what` it is
 * @throws Error that names the option and its rule
 */
export function readOptions(words, limits = INGEST) {
  const options = Object.fromEntries(Object.entries(limits).map(([name, { value }]) => [name, value]));
  options.profile = null;
  for (let at = 0; at < words.length; at += 2) {
    const name = words[at].replace(/^--/, '');
    const value = words[at + 1];
    if (name === 'profile' && value !== undefined) options.profile = value;
    else options[name] = bounded(limits, name, value);
  }
  return options;
}

function bounded(limits, name, text) {
  const limit = limits[name];
  if (limit === undefined) throw new Error(`There is no option --${name}. ${usage(limits)}`);
  const value = Number(text);
  if (!Number.isInteger(value) || value < limit.least || value > limit.most) {
    throw new Error(
      `--${name} must be a whole number from ${limit.least} to ${limit.most}. ${usage(limits)}`,
    );
  }
  return value;
}

function usage(limits) {
  const lines = Object.entries(limits).map(([name, { value, what }]) => `  --${name} ${value}  ${what}`);
  return ['Options:', ...lines, '  --profile <folder>  writes a CPU profile of the server'].join('\n');
}
