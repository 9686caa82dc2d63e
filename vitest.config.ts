import { defineConfig } from 'vitest/config';

const source = {
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  resolve: { conditions: ['@entrepot/source'] },
  ssr: { resolve: { conditions: ['@entrepot/source'], externalConditions: ['@entrepot/source'] } },
};

interface Extra {
  readonly exclude?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** False: files share the modules that they load, which takes most of the time of short ones. */
  readonly isolate?: boolean;
  readonly globalSetup?: string;
}

const project = (
  name: string,
  include: string[],
  timeout: number,
  { exclude = [], env = {}, isolate = true, globalSetup }: Extra = {},
): object => ({
  ...source,
  test: {
    name,
    include,
    exclude: ['**/node_modules/**', '**/dist/**', ...exclude],
    setupFiles: ['reflect-metadata'],
    testTimeout: timeout,
    hookTimeout: timeout,
    pool: 'forks',
    env,
    isolate,
    ...(globalSetup !== undefined && { globalSetup }),
  },
});

const JOURNEYS = 'test/journeys/**/*.spec.ts';
const DATABASE_SPECS = '{apps,libs}/**/*.db.spec.ts';

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      project('unit', ['{apps,libs}/**/*.spec.ts'], 30_000, { exclude: [DATABASE_SPECS], isolate: false }),
      project('db', [DATABASE_SPECS], 120_000, {
        isolate: false,
        globalSetup: 'libs/testing/src/shared-postgres.ts',
      }),
      project('contracts', ['test/contracts/**/*.spec.ts'], 120_000),
      project('journeys-embedded', [JOURNEYS], 300_000, { env: { JOURNEY_MODE: 'embedded' } }),
      project('journeys-distributed', [JOURNEYS], 300_000, {
        env: { JOURNEY_MODE: 'distributed' },
        globalSetup: 'libs/testing/src/shared-s3.ts',
      }),
      project('readme', ['test/readme/**/*.spec.ts'], 180_000),
      project('faults', ['test/faults/**/*.spec.ts'], 300_000),
    ],
  },
});
