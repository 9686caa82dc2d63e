import { OPERATORS, type Operand, type Test } from './operators.js';

/** Where in the criteria something is, such as `['all', 0, 'operator']`. */
export type Path = readonly (string | number)[];

type Fields = Record<string, unknown>;

const MAX_DEPTH = 8;
const MAX_CONDITIONS = 64;
const MAX_LIST = 1_000;
const MAX_TEXT = 1_024;
const MAX_DAYS = 36_500;
// Names are bound like every other value; this only keeps out what no agent sends.
const NAME = /^[\p{L}_][\p{L}\p{N}_.:-]{0,63}$/u;
const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;
const WITHOUT_TIME: ReadonlySet<string> = new Set([
  'contains',
  'not-contains',
  'like',
  'empty',
  'not-empty',
  'in',
]);

/**
 * Reads the parts of criteria and remembers the first rule that is broken; what it answers then only serves to go on.
 */
export class CriteriaReader {
  problem: { readonly path: Path; readonly rule: string } | null = null;
  private conditions = 0;

  refuse(path: Path, rule: string): void {
    this.problem ??= { path, rule };
  }

  /** Reads all, any and not, and leaves the rest to `readLeaf`. */
  tree<Tree>(
    value: unknown,
    path: Path,
    readLeaf: (reader: CriteriaReader, value: Fields, path: Path) => Tree,
    depth = path.length === 0 ? 1 : depthOf(path),
  ): Tree {
    if (this.problem !== null) return undefined as Tree;
    if (depth > MAX_DEPTH) return this.give<Tree>(path, `must not be nested deeper than ${MAX_DEPTH} levels`);
    if (!isObject(value)) return this.give<Tree>(path, 'must be an object');
    for (const key of ['all', 'any'] as const) {
      if (!(key in value)) continue;
      this.keys(value, path, [key]);
      const list = value[key];
      if (!Array.isArray(list) || list.length === 0 || list.length > MAX_CONDITIONS) {
        return this.give<Tree>([...path, key], `must be a list of 1 to ${MAX_CONDITIONS}`);
      }
      return {
        [key]: list.map((one, at) => this.tree(one, [...path, key, at], readLeaf, depth + 1)),
      } as Tree;
    }
    if ('not' in value) {
      this.keys(value, path, ['not']);
      return { not: this.tree(value.not, [...path, 'not'], readLeaf, depth + 1) } as Tree;
    }
    if (++this.conditions > MAX_CONDITIONS) {
      return this.give<Tree>(path, `must not have more than ${MAX_CONDITIONS} conditions`);
    }
    return readLeaf(this, value, path);
  }

  keys(value: Fields, path: Path, allowed: readonly string[]): void {
    const other = Object.keys(value).find((key) => !allowed.includes(key));
    if (other !== undefined) this.refuse([...path, other.slice(0, 64)], 'does not belong here');
  }

  /** Operator and operand of a condition on a value. */
  test(value: Fields, path: Path): Test {
    const { operator } = value;
    const at = [...path, 'value'];
    if (isIn(OPERATORS.none, operator)) {
      if (value.value !== undefined) this.refuse(at, `must not be there with ${operator}`);
      return { operator };
    }
    if (isIn(OPERATORS.one, operator)) return { operator, value: this.operand(value.value, at) };
    if (isIn(OPERATORS.pair, operator)) return { operator, value: this.pair(value.value, at) };
    if (isIn(OPERATORS.list, operator)) return { operator, value: this.operands(value.value, at) };
    if (isIn(OPERATORS.days, operator)) return { operator, value: this.days(value.value, at) };
    const known = Object.values(OPERATORS).flat().join(', ');
    this.refuse([...path, 'operator'], `must be one of ${known}`);
    return { operator: 'empty' };
  }

  /** As `test`, for a moment: operands are dates (of UTC) or moments, as ISO 8601 writes them. */
  timeTest(value: Fields, path: Path): Test {
    const test = this.test(value, path);
    if (WITHOUT_TIME.has(test.operator)) this.refuse([...path, 'operator'], 'does not go with a moment');
    if ('value' in test && test.operator !== 'older-than-days' && test.operator !== 'within-days') {
      for (const operand of Array.isArray(test.value) ? (test.value as Operand[]) : [test.value as Operand]) {
        const isTime =
          typeof operand === 'string' && TIME.test(operand) && !Number.isNaN(Date.parse(operand));
        if (!isTime) this.refuse([...path, 'value'], 'must be a date or a moment (ISO 8601)');
      }
    }
    return test;
  }

  operand(value: unknown, path: Path): Operand {
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    return this.text(value, path);
  }

  text(value: unknown, path: Path): string {
    if (typeof value === 'string' && value.length <= MAX_TEXT) return value;
    return this.give(path, `must be a text of at most ${MAX_TEXT} characters or a number`, '');
  }

  texts(value: unknown, path: Path): string[] {
    return this.list(value, path).map((one, at) => this.text(one, [...path, at]));
  }

  /** The name of a section or a field. */
  name(value: unknown, path: Path): string {
    if (typeof value === 'string' && NAME.test(value)) return value;
    return this.give(path, 'must be a name of letters, digits, _, -, . and :', '');
  }

  oneOf<Value extends string>(value: unknown, path: Path, allowed: readonly [Value, ...Value[]]): Value {
    if (isIn(allowed, value)) return value;
    return this.give(path, `must be one of ${allowed.join(', ')}`, allowed[0]);
  }

  private pair(value: unknown, path: Path): [Operand, Operand] {
    if (!Array.isArray(value) || value.length !== 2)
      return this.give(path, 'must be a list of two', ['', '']);
    const [low, high] = value as unknown[];
    const pair: [Operand, Operand] = [this.operand(low, [...path, 0]), this.operand(high, [...path, 1])];
    if (typeof pair[0] !== typeof pair[1]) this.refuse(path, 'must be two numbers or two texts');
    return pair;
  }

  private operands(value: unknown, path: Path): Operand[] {
    return this.list(value, path).map((one, at) => this.operand(one, [...path, at]));
  }

  private list(value: unknown, path: Path): unknown[] {
    if (Array.isArray(value) && value.length > 0 && value.length <= MAX_LIST) return value as unknown[];
    return this.give(path, `must be a list of 1 to ${MAX_LIST}`, []);
  }

  private days(value: unknown, path: Path): number {
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_DAYS) return value;
    return this.give(path, `must be a whole number of days from 0 to ${MAX_DAYS}`, 0);
  }

  private give<Value>(path: Path, rule: string, instead?: Value): Value {
    this.refuse(path, rule);
    return instead as Value;
  }
}

/** Rows are nested into conditions, and count as a level of their own. */
function depthOf(path: Path): number {
  return (
    path.filter((step) => step === 'all' || step === 'any' || step === 'not' || step === 'row').length + 1
  );
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isIn<Value extends string>(list: readonly Value[], value: unknown): value is Value {
  return typeof value === 'string' && (list as readonly string[]).includes(value);
}
