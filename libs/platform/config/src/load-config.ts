import { ConfigError, type ConfigProblem } from './config-error.js';
import type { ConfigOf, ConfigPart, Variable } from './define-config.js';
import { KNOWN_VARIABLES } from './known-variables.js';
import { nearestName } from './nearest-name.js';

type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'ENTREPOT_';

/**
 * Reads the parts that a program needs, once, at its start: `loadConfig({ http: httpConfig, database:
 * required(databaseConfig, 'url') })` gives `{ http: { host, httpPort, … }, database: { url, poolSize } }`.
 * An empty variable counts as not set.
 * @throws ConfigError that names every bad value with its rule and every ENTREPOT_ variable that nobody knows
 */
export function loadConfig<Parts extends Readonly<Record<string, ConfigPart>>>(
  parts: Parts,
  environment: Environment = process.env,
): { readonly [Key in keyof Parts]: ConfigOf<Parts[Key]> } {
  const problems: ConfigProblem[] = [];
  const config: Record<string, Record<string, unknown>> = {};
  for (const [partName, part] of Object.entries(parts)) {
    const values: Record<string, unknown> = {};
    for (const [key, variable] of Object.entries(part)) {
      values[key] = readVariable(variable, environment, problems);
    }
    config[partName] = values;
  }
  problems.push(...unknownVariables(environment, Object.values(parts)));
  if (problems.length > 0) throw new ConfigError(problems);
  return config as { readonly [Key in keyof Parts]: ConfigOf<Parts[Key]> };
}

function readVariable(
  variable: Variable<unknown>,
  environment: Environment,
  problems: ConfigProblem[],
): unknown {
  const given = environment[variable.name] || variable.default;
  if (given === undefined) {
    if (variable.required) {
      problems.push({ variable: variable.name, problem: `is missing: it must be ${variable.rule.words}` });
    }
    return undefined;
  }
  const result = variable.rule.schema.safeParse(given);
  if (result.success) return result.data;
  const shown = variable.secret ? '' : ` (it is ${JSON.stringify(given.slice(0, 100))})`;
  problems.push({ variable: variable.name, problem: `must be ${variable.rule.words}${shown}` });
  return undefined;
}

function unknownVariables(environment: Environment, parts: readonly ConfigPart[]): ConfigProblem[] {
  const known = new Set(
    [...KNOWN_VARIABLES, ...parts.flatMap((part) => Object.values(part))].map((v) => v.name),
  );
  return Object.keys(environment)
    .filter((name) => name.startsWith(PREFIX) && !known.has(name))
    .sort()
    .map((variable) => {
      const near = nearestName(variable, known);
      return { variable, problem: `is unknown${near === null ? '' : `; did you mean ${near}?`}` };
    });
}
