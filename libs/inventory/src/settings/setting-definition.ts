/**
 * How several values become one. A device's own value always comes first and the global one last; between them stand
 * those of its groups, of which the rule says which counts (OCS-PROTOCOL.md §8.5):
 * - `lowest`, `highest`: that number of the groups';
 * - `lowest-not-zero`: the lowest number but 0, and of switches on; a group can turn on, not off;
 * - `any-off`: off as soon as one group says so;
 * - `first`: of a choice the value that stands first in its list of choices.
 *
 * `device`: groups have none of their own; `global`: nobody has.
 */
export type Inheritance =
  'global' | 'device' | 'lowest' | 'highest' | 'lowest-not-zero' | 'any-off' | 'first';

/** What is shown on screens. */
export interface BothLanguages {
  readonly en: string;
  readonly fr: string;
}

interface Described {
  readonly inheritance: Inheritance;
  readonly description: BothLanguages;
}

export interface IntegerSetting extends Described {
  readonly type: 'integer';
  readonly unit: string | null;
  readonly min: number;
  readonly max: number;
  readonly default: number;
}

export interface SwitchSetting extends Described {
  readonly type: 'switch';
  readonly unit: null;
  readonly default: boolean;
}

export interface ListSetting extends Described {
  readonly type: 'list';
  readonly unit: null;
  readonly maxItems: number;
  readonly maxLength: number;
  readonly default: readonly string[];
}

export interface TextSetting extends Described {
  readonly type: 'text';
  readonly unit: null;
  readonly maxLength: number;
  /** What the text must look like, and that rule in words; null for any text. */
  readonly form: { readonly pattern: RegExp; readonly rule: string } | null;
  readonly default: string;
}

export interface ChoiceSetting extends Described {
  readonly type: 'choice';
  readonly unit: null;
  readonly choices: readonly string[];
  readonly default: string;
}

export type SettingDefinition = IntegerSetting | SwitchSetting | ListSetting | TextSetting | ChoiceSetting;
export type SettingValue = number | boolean | string | readonly string[];

/** A key of OCS that stands for several settings of ours (OCS-PROTOCOL.md §9). */
export interface SettingImport {
  readonly description: BothLanguages;
  /**
   * What the value means, as values of settings; each is checked again by the rule of its setting.
   * @throws AppError INVENTORY_SETTING_INVALID naming the rule, for a value that the key cannot have
   */
  readonly toSettings: (value: unknown) => Readonly<Record<string, SettingValue>>;
}

/** Settings of one topic by their names. */
export type SettingDefinitions = Readonly<Record<string, SettingDefinition>>;
