import { csvLine } from './csv-line.js';
import { describe, expect, it } from 'vitest';

describe('a line of CSV', () => {
  it('quotes what would break it and leaves what is not known empty', () => {
    expect(csvLine(['a,b', 'say "yes"', 'two\nlines', null, 3, 'plain'])).toBe(
      '"a,b","say ""yes""","two\nlines",,3,plain\r\n',
    );
  });

  it('keeps spreadsheets from running what a machine is called', () => {
    expect(csvLine(['=cmd()', ' +1+1', '-2', '@SUM(A1)', '-x'])).toBe("'=cmd(),' +1+1,-2,'@SUM(A1),'-x\r\n");
  });
});
