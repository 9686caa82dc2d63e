/** One variable that stops the start. The problem never repeats the value of a secret. */
export interface ConfigProblem {
  readonly variable: string;
  readonly problem: string;
}

/** The environment cannot be used: one message that lists every bad and every unknown variable. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID';

  constructor(readonly problems: readonly ConfigProblem[]) {
    super(
      ['The configuration cannot be used:', ...problems.map((p) => `  ${p.variable} ${p.problem}`)].join(
        '\n',
      ),
    );
    this.name = 'ConfigError';
  }
}
