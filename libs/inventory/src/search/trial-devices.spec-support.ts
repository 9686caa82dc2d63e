import type { TrialDevice } from './trial-device.spec-support.js';

/** Three devices that differ in whatever can be asked for. */
export const TRIAL_DEVICES: readonly TrialDevice[] = [
  {
    name: 'Alpha',
    tag: 'Paris',
    osName: 'Windows 11',
    contactDaysAgo: 1,
    sections: {
      BIOS: [{ SSN: 'SN-001', SMODEL: 'Precision 3660' }],
      HARDWARE: [{ NAME: 'Alpha', MEMORY: 16_384, OSVERSION: '10.0.22631' }],
      NETWORKS: [
        { MACADDR: '02:AA:BB:00:00:01', SPEED: '1000 Mbps' },
        { MACADDR: '02:AA:BB:00:00:02', SPEED: '54 Mbps' },
      ],
      DRIVES: [
        { LETTER: 'C:/', TOTAL: 1_000, FREE: 50 },
        { LETTER: 'D:/', TOTAL: 0, FREE: 0 },
      ],
      REGISTRY: [
        { NAME: 'Key1', REGVALUE: 'one' },
        { NAME: 'Key2', REGVALUE: 'two' },
      ],
      BITLOCKER: [{ STATUS: 'On', DRIVE: 'C:' }],
    },
    software: [
      {
        NAME: 'Office',
        VERSION: '16.0.10',
        PUBLISHER: 'Microsoft',
        FOLDER: 'C:\\Office',
        INSTALLDATE: '2026-01-02 00:00:00',
      },
      { NAME: 'Viewer', VERSION: '2.9', PUBLISHER: 'Acme' },
    ],
  },
  {
    name: 'beta',
    tag: 'Lyon',
    osName: 'Ubuntu 24.04',
    contactDaysAgo: 40,
    sections: {
      BIOS: [{ SSN: 'sn-002', SMODEL: '' }],
      HARDWARE: [{ NAME: 'beta', MEMORY: 8_192, OSVERSION: '9.1.5' }],
      NETWORKS: [{ MACADDR: '02:cc:dd:00:00:01', SPEED: '10 Gbps' }],
      DRIVES: [{ LETTER: '/', TOTAL: 1_000, FREE: 500 }],
      REGISTRY: [
        { NAME: 'Key1', REGVALUE: 'two' },
        { NAME: 'Key2', REGVALUE: 'one' },
      ],
      BITLOCKER: [
        { STATUS: 'Off', DRIVE: 'C:' },
        { STATUS: 'on', DRIVE: 'D:' },
      ],
    },
    software: [
      {
        NAME: 'Office',
        VERSION: '16.0.9',
        PUBLISHER: 'Microsoft',
        FOLDER: 'D:\\Office',
        INSTALLDATE: '2026-03-02 00:00:00',
      },
    ],
  },
  {
    name: 'Gamma\'s 50%_\\ "x"',
    tag: null,
    osName: '',
    contactDaysAgo: 10,
    sections: { REGISTRY: [{ NAME: "O'Brien; DROP TABLE device", REGVALUE: '100%_\\' }] },
    software: [],
  },
];
