import { expect, it } from 'vitest';
import { TEMPLATE_CATALOGUE } from './template-catalogue.js';
import { templateSchema } from './template-schema.js';

/** A value that any parameter of its kind takes. */
const GIVEN: Record<string, unknown> = {
  text: '/opt/x',
  choice: 'deb',
  flag: true,
  lines: ['x'],
  pairs: { P: 'x' },
  script: 'exit 0',
};

it.each(TEMPLATE_CATALOGUE)('tells of $name for $operatingSystem what its schema takes', (template) => {
  const { name, parameters } = template;
  const shape = templateSchema.options.find((option) => option.shape.name.value === name)?.shape ?? {};
  expect(parameters.map((parameter) => parameter.name)).toEqual(
    Object.keys(shape).filter((key) => key !== 'name'),
  );
  const required = parameters
    .filter((parameter) => parameter.required)
    .map(({ name: key, kind }) => [key, key === 'formula' ? 'firefox' : GIVEN[kind]] as const);
  if (name === 'uninstall') required.push(['displayName', 'x']);
  const input = { name, ...Object.fromEntries(required) };
  const parsed = templateSchema.parse(input) as Record<string, unknown>;
  for (const parameter of parameters)
    if (!(parameter.name in input)) expect(parsed[parameter.name]).toEqual(parameter.default);
  for (const key of Object.keys(input)) {
    const without = Object.fromEntries(Object.entries(input).filter(([other]) => other !== key));
    expect(templateSchema.safeParse(without).success).toBe(false);
  }
});
