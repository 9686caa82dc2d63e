import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const only = (sourceTag, ...onlyDependOnLibsWithTags) => ({ sourceTag, onlyDependOnLibsWithTags });

/** The downward order of ARCHITECTURE.md: app → context → platform → contracts, ocs-wire → kernel. */
const layers = [
  only('type:app', 'type:context', 'type:platform', 'type:contracts', 'type:wire', 'type:kernel'),
  only('type:context', 'type:platform', 'type:contracts', 'type:wire', 'type:kernel'),
  only('type:platform', 'type:platform', 'type:contracts', 'type:wire', 'type:kernel'),
  only('type:contracts', 'type:kernel'),
  only('type:wire', 'type:kernel'),
  only('type:kernel'),
  only('type:testing', 'type:platform', 'type:wire', 'type:kernel'),
  only('type:test', '*'),
];

/** No context sees another; only embedded and the tests see several. */
const scopes = [
  ...['inventory', 'builder', 'fragments', 'activation', 'identity', 'cli'].map((scope) =>
    only(`scope:${scope}`, `scope:${scope}`, 'scope:shared'),
  ),
  only('scope:shared', 'scope:shared'),
  only('scope:embedded', '*'),
  only('scope:test', '*'),
];

const boundaries = (depConstraints) => [
  'error',
  { enforceBuildableLibDependency: false, allow: [], depConstraints },
];

const bannedImports = (...exceptions) => [
  'error',
  {
    paths: [
      ['@nats-io/transport-node', 'The NATS client lives in libs/platform/messaging.'],
      ['@nats-io/jetstream', 'The NATS client lives in libs/platform/messaging.'],
      ['minio', 'The S3 client lives in libs/platform/object-store.'],
    ]
      .filter(([name]) => !exceptions.includes(name))
      .map(([name, message]) => ({ name, message })),
    patterns: [
      { regex: '^@entrepot/[^/]+/.+', message: 'Import a lib through its index, not past it.' },
      { regex: '^@entrepot/.*(utils|common|helpers)', message: 'Name a lib for what it does.' },
    ],
  },
];

/** What holds for every file, typed or not. */
const everywhere = {
  'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
  'no-restricted-imports': bannedImports(),
};

export default tseslint.config(
  { ignores: ['**/dist', '**/node_modules', '.nx', '.entrepot', '.cache', 'test/fixtures'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': boundaries([...layers, ...scopes]),
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-extraneous-class': 'off',
      ...everywhere,
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Read the environment in libs/platform/config.' },
      ],
      'no-console': 'error',
    },
  },
  // Without the boundaries: what runs before anything is installed can import by path only.
  { files: ['**/*.mjs'], extends: [tseslint.configs.recommended], rules: everywhere },
  {
    files: ['libs/platform/messaging/**/*.ts'],
    rules: { 'no-restricted-imports': bannedImports('@nats-io/transport-node', '@nats-io/jetstream') },
  },
  {
    files: ['libs/platform/object-store/**/*.ts'],
    rules: { 'no-restricted-imports': bannedImports('minio') },
  },
  {
    files: ['libs/platform/config/**/*.ts', 'libs/testing/**/*.ts', 'test/**/*.ts', 'apps/cli/**/*.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['apps/cli/**/*.ts', 'apps/embedded/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.spec.ts', '**/*.spec-support.ts'],
    rules: {
      '@nx/enforce-module-boundaries': boundaries([
        ...layers.map((layer) => ({
          ...layer,
          onlyDependOnLibsWithTags: [...layer.onlyDependOnLibsWithTags, 'type:testing'],
        })),
        ...scopes,
      ]),
    },
  },
);
