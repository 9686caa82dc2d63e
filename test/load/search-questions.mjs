import { hasLessFree, productName } from './search-fleet.mjs';

const RARE = 1_237;
const OTHER = 917;
const software = (field, operator, value) => ({ section: 'SOFTWARES', field, operator, value });
const hasProduct = (product) => (facts) => facts.software.has(product);
const sameRow = (section, ...all) => ({ section, row: { all } });

/**
 * What is asked: name, criteria, and which devices have to be found, by what is known of them. `broad` ones fit nearly
 * every device, and may tell their total afterwards.
 */
export const QUESTIONS = [
  {
    name: 'software like',
    criteria: software('NAME', 'like', `*Runtime 12?3`),
    fits: ({ software: has }) =>
      [...has.keys()].some((product) => /Runtime 12.3$/.test(productName(product))),
  },
  {
    name: 'version range of one software',
    criteria: sameRow(
      'SOFTWARES',
      { field: 'NAME', operator: 'equal', value: productName(RARE) },
      { field: 'VERSION', operator: 'between', value: ['2.0', '3.99'] },
    ),
    fits: ({ software: has }) => has.get(RARE) === 2 || has.get(RARE) === 3,
  },
  {
    name: 'two software',
    criteria: { all: [RARE, OTHER].map((product) => software('NAME', 'equal', productName(product))) },
    fits: (facts) => hasProduct(RARE)(facts) && hasProduct(OTHER)(facts),
  },
  {
    name: 'MAC',
    criteria: { section: 'NETWORKS', field: 'MACADDR', operator: 'equal', value: '06:00:00:00:01:F4' },
    fits: ({ mac }) => mac === '06:00:00:00:01:f4',
  },
  {
    name: 'free disk < 10 %',
    criteria: { section: 'DRIVES', field: 'FREE_PERCENT', operator: 'less', value: 10 },
    fits: (facts) => hasLessFree(facts, 10),
  },
  {
    name: 'not having a software',
    criteria: software('NAME', 'has-not', productName(RARE)),
    fits: (facts) => !hasProduct(RARE)(facts),
  },
  {
    name: 'last contact older than',
    prepare: longestSilent,
  },
  {
    name: 'TAG + OS',
    criteria: {
      all: [
        { device: 'tag', operator: 'equal', value: 'site12' },
        { device: 'osName', operator: 'contains', value: 'windows 11' },
      ],
    },
    fits: ({ tag, system }) => tag === 'SITE12' && system.includes('Windows 11'),
  },
  {
    name: 'registry value',
    criteria: sameRow(
      'REGISTRY',
      { field: 'NAME', operator: 'equal', value: 'Key1' },
      { field: 'REGVALUE', operator: 'equal', value: 'Value 100' },
    ),
    fits: ({ registry }) => registry[1] === 'value 100',
  },
  {
    name: 'unknown section',
    criteria: { section: 'BITLOCKER', field: 'STATUS', operator: 'equal', value: 'suspended' },
    fits: ({ bitlocker }) => bitlocker === 'Suspended',
  },
  {
    name: 'nearly all: software',
    broad: true,
    criteria: software('NAME', 'contains', 'Office'),
    fits: () => true,
  },
  {
    name: 'nearly all: a software of everybody',
    broad: true,
    criteria: software('NAME', 'equal', productName(7)),
    fits: () => true,
  },
  {
    name: 'nearly all: bitlocker or OS',
    broad: true,
    criteria: {
      any: [
        { section: 'BITLOCKER', field: 'STATUS', operator: 'not-equal', value: 'off' },
        { section: 'HARDWARE', field: 'OSNAME', operator: 'contains', value: 'windows' },
      ],
    },
    fits: ({ bitlocker, system }) => bitlocker !== 'Off' || system.includes('Windows'),
  },
];

/** Suggestions that are asked for. */
export const SUGGESTIONS = [
  { name: 'suggest models', path: '/fields/BIOS/SMODEL/values?text=30' },
  { name: 'suggest software', path: '/fields/SOFTWARES/NAME/values?text=runtime' },
  { name: 'suggest TAGs', path: '/fields/device/tag/values?text=site1' },
  {
    name: 'versions of one software',
    path: `/software/versions?name=${encodeURIComponent(productName(RARE))}`,
    most: 300,
  },
];

/** Asks for those that called before the five hundredth did. */
async function longestSilent(server) {
  const sort = { by: 'lastContact', order: 'asc' };
  const { items } = await server.ask('POST', '/devices/search', { sort, limit: 500 });
  const moment = items.at(-1).lastContactAt;
  return {
    criteria: { device: 'lastContact', operator: 'less', value: moment },
    expected: items.filter(({ lastContactAt }) => lastContactAt < moment).length,
  };
}
