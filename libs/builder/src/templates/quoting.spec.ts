import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { cmdArgument, cmdCommand, cmdWord, powershellLiteral, shWord } from './quoting.js';

const NASTY = [
  'a b',
  "it's",
  '$HOME',
  '`id`',
  'a&b',
  'a|b;c',
  '*',
  'é ü 漢',
  '\\',
  '"q"',
  '50%',
  '-n',
  '#x',
  '~',
];

it.each(NASTY)('hands %j to a program through sh unchanged', (text) => {
  const seen = execFileSync('sh', ['-c', `printf '%s|' ${shWord(text)} ${shWord('end')}`], {
    encoding: 'utf8',
  });
  expect(seen).toBe(`${text}|end|`);
});

it('keeps everything in one word of cmd.exe, and refuses what it would expand or end at', () => {
  expect(cmdWord('x', 'plain-1.0.exe')).toBe('plain-1.0.exe');
  for (const text of ['a b', 'a&b', 'a^b', 'a|b', '(x)', 'a=b', 'é'])
    expect(cmdWord('x', text)).toBe(`"${text}"`);
  for (const text of ['50%', '%PATH%', 'say "hi"', 'a\nb'])
    expect(() => cmdWord('arguments.0', text)).toThrow(
      expect.objectContaining({
        code: 'BUILDER_TEMPLATE_INVALID',
        details: { field: 'template.arguments.0' },
      }),
    );
});

it('does not let a backslash swallow the quote after it, where a program reads its command line as C does', () => {
  expect(cmdArgument('x', 'c:\\my folder\\')).toBe('"c:\\my folder\\\\"');
  expect(cmdArgument('x', 'c:\\folder\\')).toBe('c:\\folder\\');
});

it('puts another pair of quotes around a command that begins with one, as cmd /c takes a pair away', () => {
  expect(cmdCommand('"my setup.exe"', '/S', '')).toBe('""my setup.exe" /S"');
  expect(cmdCommand('setup.exe', '/D="c:\\a b"')).toBe('setup.exe /D="c:\\a b"');
});

it('doubles every sign that PowerShell takes for a single quote', () => {
  expect(powershellLiteral("O'Neil \u2019 $x `n")).toBe("'O''Neil \u2019\u2019 $x `n'");
});
