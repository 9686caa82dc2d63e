/**
 * How several values become one. A device's own value always comes first and the global one last; between them stand
 * those of its groups, of which the rule says which counts (OCS-PROTOCOL.md §8.5). `global`: nobody has one of its own.
 */
export type Inheritance = 'global' | 'lowest' | 'highest' | 'lowest-not-zero';

interface Described {
  readonly inheritance: Inheritance;
  readonly description: { readonly en: string; readonly fr: string };
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

export type SettingDefinition = IntegerSetting | SwitchSetting | ListSetting;
export type SettingValue = number | boolean | readonly string[];

/** Settings of one topic by their names. */
export type SettingDefinitions = Readonly<Record<string, SettingDefinition>>;
