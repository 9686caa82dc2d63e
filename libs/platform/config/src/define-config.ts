import type { Rule } from './rules.js';

/** One environment variable: its rule, what it is for, and what holds when it is not set. */
export interface Variable<Value> {
  readonly name: string;
  readonly rule: Rule<Value>;
  readonly description: string;
  /** The text that holds when the variable is not set or empty; none for an optional or required variable. */
  readonly default?: string;
  /** Its value is never shown. */
  readonly secret: boolean;
  /** The start is refused without it. */
  readonly required: boolean;
}

/** Some variables that belong together, by the names that the program knows them by. */
export type ConfigPart = Readonly<Record<string, Variable<unknown>>>;

/** The values of a part after loading. */
export type ConfigOf<Part> = {
  readonly [Key in keyof Part]: Part[Key] extends Variable<infer Value> ? Value : never;
};

/** Declares a part of the configuration. */
export function defineConfig<const Part extends ConfigPart>(part: Part): Part {
  return part;
}

/** A variable that always has a value: that of the environment or the default. */
export function withDefault<Value>(
  name: string,
  rule: Rule<Value>,
  defaultText: string,
  description: string,
): Variable<Value> {
  return { name, rule, description, default: defaultText, secret: false, required: false };
}

/** A variable that may be absent. */
export function optional<Value>(
  name: string,
  rule: Rule<Value>,
  description: string,
  options: { secret?: boolean } = {},
): Variable<Value | undefined> {
  return { name, rule, description, secret: options.secret ?? false, required: false };
}

/** The same part, whose named variables the program cannot do without. All of them when none is named. */
export function required<Part extends ConfigPart, Key extends keyof Part = keyof Part>(
  part: Part,
  ...keys: readonly Key[]
): {
  readonly [K in keyof Part]: K extends Key
    ? Part[K] extends Variable<infer Value>
      ? Variable<Exclude<Value, undefined>>
      : never
    : Part[K];
} {
  const wanted = new Set<PropertyKey>(keys.length > 0 ? keys : Object.keys(part));
  const entries = Object.entries(part).map(([key, variable]) => [
    key,
    wanted.has(key) ? { ...variable, required: true } : variable,
  ]);
  return Object.fromEntries(entries);
}
