import { csvLine } from '@entrepot/platform-http';
import { describe, expect, it } from 'vitest';
import { describeCriteria } from './describe-criteria.js';
import { criteria } from './criteria.js';
import { containsPattern, wildcardPattern } from './like-pattern.js';

describe('criteria in words', () => {
  it('are said in English and French, with the names of groups', () => {
    const group = '0195d0a0-0000-7000-8000-000000000001';
    const searched = criteria.parse({
      all: [
        {
          section: 'SOFTWARES',
          row: {
            all: [
              { field: 'NAME', operator: 'like', value: 'Office*' },
              { field: 'VERSION', operator: 'at-least', value: '16.0' },
            ],
          },
        },
        {
          not: {
            any: [
              { device: 'tag', operator: 'equal', value: 'Paris' },
              { group, operator: 'member' },
            ],
          },
        },
        { device: 'lastContact', operator: 'older-than-days', value: 1 },
      ],
    });
    expect(describeCriteria(searched, { groups: new Map([[group, 'Sales']]) })).toEqual({
      en:
        '(one and the same row of SOFTWARES has: (NAME has the form “Office*” and VERSION is at least “16.0”) and ' +
        'not ((the TAG is “Paris” or the device is in the group “Sales”)) and the last contact is more than 1 day ago)',
      fr:
        '(une même ligne de SOFTWARES a : (NAME a la forme « Office* » et VERSION est au moins « 16.0 ») et ' +
        'non ((le TAG est « Paris » ou la machine est dans le groupe « Sales »)) et le dernier contact date de plus de 1 jour)',
    });
  });
});

describe('a pattern', () => {
  it('takes what LIKE means something by literally, and ? and * as wildcards', () => {
    expect(wildcardPattern('50%_o\\f?')).toBe('50\\%\\_o\\\\f_');
    expect(wildcardPattern('Off*')).toBe('Off%');
    expect(wildcardPattern('Office')).toBe('%Office%');
    expect(containsPattern('a*b?')).toBe('%a*b?%');
  });
});

describe('a line of CSV', () => {
  it('quotes what has to be quoted and lets no spreadsheet run a formula', () => {
    expect(csvLine(['a', 'b "c"', 'd,e', 'f\ng', ''])).toBe('a,"b ""c""","d,e","f\ng",\r\n');
    expect(csvLine(['=1+1', '+cmd', '-x', '@SUM', ' =1', '\t=1', '-12.5', '-1'])).toBe(
      `'=1+1,'+cmd,'-x,'@SUM,' =1,'\t=1,-12.5,-1\r\n`,
    );
  });
});
