import { describe, expect, it } from 'vitest';
import { reasonOf, type ReasonFacts } from './delivery-reason.js';
import { stageOf, stageSince } from './delivery-stage.js';

const at = (hour: number): Date => new Date(Date.UTC(2026, 10, 21, hour));
const NOW = at(20);

function facts(given: Partial<ReasonFacts> = {}): ReasonFacts {
  return {
    ...{ state: 'waiting', createdAt: at(8), notBefore: null, notifiedAt: null, endedAt: null },
    ...{ archivedAt: null, infoFetchedAt: null, infoAddress: null, infoSeen: true },
    ...{ fragments: 4, fetched: 0, firstFetchedAt: null, lastFetchedAt: null },
    ...{ code: null, reportedAt: null, held: null, retry: 0, schedule: null, takenBack: false },
    ...{ operatingSystem: 'linux', copy: { verifiedAt: null, damagedAt: null, damagedFiles: [] } },
    ...given,
  };
}

const told: Partial<ReasonFacts> = { state: 'notified', notifiedAt: at(9) };
const begun: Partial<ReasonFacts> = { ...told, infoFetchedAt: at(10), infoAddress: '10.0.0.7' };
const downloading: Partial<ReasonFacts> = {
  ...{ ...begun, fetched: 3, firstFetchedAt: at(11), lastFetchedAt: at(19) },
};
const damaged = { verifiedAt: at(12), damagedAt: at(12), damagedFiles: ['1700000001-2'] };

describe('the stage of a delivery', () => {
  it.each<[string, Partial<ReasonFacts>, string, number]>([
    ['is waiting before the device is told', {}, 'waiting', 8],
    ['is offered once it is told', told, 'offered', 9],
    ['is info-fetched once the info file is fetched', begun, 'info-fetched', 10],
    ['is downloading while fragments are missing', downloading, 'downloading', 11],
    [
      'is downloading also when nobody told how many there are',
      { ...downloading, fragments: null },
      'downloading',
      11,
    ],
    [
      'begins with the info file when fragments of another machine came first',
      { ...downloading, firstFetchedAt: at(7) },
      'downloading',
      10,
    ],
    ['is downloaded with the last fragment', { ...downloading, fetched: 4 }, 'downloaded', 19],
    [
      'is downloaded with the info file of a package without fragments',
      { ...begun, fragments: 0 },
      'downloaded',
      10,
    ],
    [
      'is what the agent reported, whatever was fetched',
      { ...downloading, state: 'succeeded', endedAt: at(15) },
      'succeeded',
      15,
    ],
    ['is failed', { state: 'failed', endedAt: at(15) }, 'failed', 15],
    ['is withdrawn', { state: 'withdrawn', endedAt: at(15) }, 'withdrawn', 15],
    ['is superseded', { state: 'superseded', endedAt: at(15) }, 'superseded', 15],
    [
      'is archived whatever the state',
      { state: 'succeeded', endedAt: at(15), archivedAt: at(16) },
      'archived',
      16,
    ],
  ])('%s', (_, given, stage, hour) => {
    expect(stageOf(facts(given))).toBe(stage);
    expect(stageSince(facts(given))).toEqual(at(hour));
  });
});

describe('the reason of a delivery', () => {
  it.each<[string, Partial<ReasonFacts>, string, RegExp, RegExp]>([
    ['of one that waits', {}, 'info', /next contact/, /prochain contact/],
    ['outside the windows', { held: 'window' }, 'info', /maintenance windows/, /fenêtres de maintenance/],
    ['before its turn', { held: 'order' }, 'info', /package before it/, /qui le précède/],
    ['after one that failed', { held: 'order-failed' }, 'warning', /before it has failed/, /a échoué/],
    ['after one that is not there', { held: 'order-missing' }, 'warning', /not assigned/, /plus, affecté/],
    ['beyond the limit', { held: 'limit' }, 'info', /Many packages/, /Beaucoup de paquets/],
    ['of damaged bytes', { held: 'damaged', copy: damaged }, 'warning', /1700000001-2/, /1700000001-2/],
    ['of repaired bytes', { held: 'damaged' }, 'info', /next contact/, /prochain contact/],
    [
      'of a planned retry',
      { held: 'retry', retry: 2, notBefore: at(23) },
      'info',
      /Retry 2 .*2026-11-21 23:00 UTC/,
      /essai 2 .*23:00/,
    ],
    [
      'of a retry that is due',
      { held: 'retry', retry: 2, notBefore: at(19) },
      'info',
      /tried again/,
      /retenté/,
    ],
    [
      'of a planned run',
      { held: 'repeat', notBefore: at(23) },
      'info',
      /next run .*23:00/,
      /prochaine exécution .*23:00/,
    ],
    ['of a run that is due', { held: 'repeat', notBefore: at(19) }, 'info', /runs again/, /relancé/],
    [
      'of one just told',
      { ...told, notifiedAt: new Date(NOW.getTime() - 60_000) },
      'info',
      /was told at/,
      /informée le/,
    ],
    ['of one told long ago', told, 'warning', /never fetched the info file.*TLS/, /jamais récupéré.*TLS/],
    ['at another info location', { ...told, infoSeen: false }, 'info', /not seen here/, /pas visible ici/],
    [
      'of one that tries again',
      { ...told, code: 'ERR_DOWNLOAD_INFO' },
      'warning',
      /next contact/,
      /prochain contact/,
    ],
    ['through a proxy cache', begun, 'info', /10\.0\.0\.7.*proxy cache/, /10\.0\.0\.7.*cache proxy/],
    ['of a download', downloading, 'info', /3 of 4 .*10\.0\.0\.7.*19:00/, /3 sur 4 .*10\.0\.0\.7.*19:00/],
    ['of an old package', { ...downloading, fragments: null }, 'info', /^3 fragments/, /^3 fragments/],
    [
      'of a download that stopped',
      { ...downloading, lastFetchedAt: new Date(Date.UTC(2026, 10, 19)) },
      'warning',
      /Nothing has come since/,
      /Plus rien depuis/,
    ],
    [
      'of a complete download',
      { ...downloading, fetched: 4 },
      'info',
      /All fragments .*next step/,
      /Tous les fragments .*prochaine étape/,
    ],
    [
      'of a schedule',
      { ...downloading, fetched: 4, schedule: '2030/01/31 08:00' },
      'info',
      /after 2030\/01\/31 08:00/,
      /après le 2030\/01\/31 08:00/,
    ],
    [
      'of a package without fragments',
      { ...begun, fragments: 0 },
      'info',
      /nothing else to fetch/,
      /rien d'autre/,
    ],
    ['of one taken back too late', { ...begun, takenBack: true }, 'info', /taken back after/, /retiré après/],
    ['of a success', { state: 'succeeded', code: 'SUCCESS' }, 'success', /Done/, /Terminé/],
    [
      'of a success that is none',
      { state: 'succeeded', code: 'SUCCESS_3' },
      'warning',
      /ended with 3/,
      /terminé par 3/,
    ],
    ['of a failure', { state: 'failed', code: 'ERR_EXECUTE' }, 'failure', /command/, /commande/],
    ['of one withdrawn', { state: 'withdrawn' }, 'info', /before the device was told/, /n'en soit informée/],
    ['of one superseded', { state: 'superseded' }, 'info', /newer attempt/, /plus récente/],
    [
      'of one superseded with a result',
      { state: 'superseded', code: 'ERR_ABORTED' },
      'info',
      /reported: The user/,
      /signalé : L'utilisateur/,
    ],
    [
      'of one put away',
      { state: 'failed', code: 'ERR_ABORTED', archivedAt: at(16) },
      'failure',
      /^Put away\. The user/,
      /^Archivé\. L'utilisateur/,
    ],
  ])('%s', (_, given, severity, en, fr) => {
    const reason = reasonOf(facts(given), NOW);
    expect(reason.severity).toBe(severity);
    expect(reason.text.en).toMatch(en);
    expect(reason.text.fr).toMatch(fr);
  });

  it.each<[string, ReasonFacts['copy'], RegExp, RegExp]>([
    [
      'is not known yet',
      { verifiedAt: at(14), damagedAt: null, damagedFiles: [] },
      /being read again/,
      /en cours de relecture/,
    ],
    [
      'was never read again',
      { verifiedAt: null, damagedAt: null, damagedFiles: [] },
      /being read again/,
      /en cours de relecture/,
    ],
    [
      'is intact',
      { verifiedAt: at(16), damagedAt: null, damagedFiles: [] },
      /intact, read again at .*16:00.*proxy cache/,
      /intacte, relue le .*16:00.*proxy/,
    ],
    ['is damaged', damaged, /copy is damaged \(1700000001-2\)/, /copie est endommagée \(1700000001-2\)/],
  ])('of ERR_BAD_DIGEST says who is wrong when our copy %s', (_, copy, en, fr) => {
    const given = { state: 'failed', code: 'ERR_BAD_DIGEST', reportedAt: at(15), copy } as const;
    const { text } = reasonOf(facts(given), NOW);
    expect(text.en).toMatch(en);
    expect(text.fr).toMatch(fr);
  });
});
