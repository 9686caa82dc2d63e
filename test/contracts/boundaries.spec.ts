import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';
import { WORKSPACE } from '../installation/program.js';

const run = promisify(execFile);
interface Planted {
  /** An existing file; the lines are planted in a copy of its text, not on the disk. */
  readonly file: string;
  readonly lines: string;
  /** Rule that must refuse it, and a part of its message. */
  readonly rule: string;
  readonly message: string;
}

const planted: Record<string, Planted> = {
  'a context that imports another context': {
    file: 'libs/inventory/src/errors.ts',
    lines: `import { ActivationModule } from '@entrepot/activation';\nexport const planted = ActivationModule;\n`,
    rule: '@nx/enforce-module-boundaries',
    message: 'type:context',
  },
  'a platform lib that imports a context': {
    file: 'libs/platform/object-store/src/errors.ts',
    lines: `import { ActivationModule } from '@entrepot/activation';\nexport const planted = ActivationModule;\n`,
    rule: '@nx/enforce-module-boundaries',
    message: 'type:platform',
  },
  'the kernel that imports anything': {
    file: 'libs/kernel/src/clock.ts',
    lines: `import { packageBuilt } from '@entrepot/contracts';\nexport const planted = packageBuilt;\n`,
    rule: '@nx/enforce-module-boundaries',
    message: 'Circular dependency',
  },
  'an import past a lib’s index': {
    file: 'libs/builder/src/errors.ts',
    lines: `import { Outbox } from '@entrepot/platform-messaging/src/outbox.js';\nexport const planted = Outbox;\n`,
    rule: 'no-restricted-imports',
    message: 'through its index',
  },
  'the NATS client outside messaging': {
    file: 'libs/builder/src/errors.ts',
    lines: `import { connect } from '@nats-io/transport-node';\nexport const planted = connect;\n`,
    rule: 'no-restricted-imports',
    message: 'platform/messaging',
  },
  'the S3 client outside the object store': {
    file: 'libs/fragments/src/errors.ts',
    lines: `import { Client } from 'minio';\nexport const planted = Client;\n`,
    rule: 'no-restricted-imports',
    message: 'platform/object-store',
  },
  'the environment outside config': {
    file: 'libs/inventory/src/errors.ts',
    lines: `export const planted = process.env['HOME'];\n`,
    rule: 'no-restricted-properties',
    message: 'platform/config',
  },
  'a promise that nobody waits for': {
    file: 'libs/inventory/src/errors.ts',
    lines: `export function planted(): void {\n  Promise.resolve(1);\n}\n`,
    rule: '@typescript-eslint/no-floating-promises',
    message: 'Promises must be awaited',
  },
};

let eslint: ESLint;

beforeAll(async () => {
  // The rule passes silently in a clean clone unless the graph is made first (PLATFORM.md, Boundaries).
  await run('npx', ['nx', 'graph', '--file=.nx/graph.json'], {
    cwd: WORKSPACE,
    env: { ...process.env, NX_DAEMON: 'false' },
  });
  eslint = new ESLint({
    cwd: WORKSPACE,
    // With CI=true typescript-eslint would read the file from the disk and never see the planted lines.
    overrideConfig: { languageOptions: { parserOptions: { disallowAutomaticSingleRunInference: true } } },
  });
});

describe('lint refuses', () => {
  it.each(Object.keys(planted))('%s', async (name) => {
    const { file, lines, rule, message } = planted[name] as Planted;
    const text = `${lines}${await readFile(join(WORKSPACE, file), 'utf8')}`;
    const [result] = await eslint.lintText(text, { filePath: join(WORKSPACE, file) });
    const found = result?.messages.filter((entry) => entry.ruleId === rule) ?? [];
    expect(found.map((entry) => entry.message).join('\n')).toContain(message);
  });
});
