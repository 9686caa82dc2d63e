import { AppError } from '@entrepot/kernel';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { archiveFormat, checkArchive, type RandomAccessArchive } from './check-archive.js';
import { ERRORS } from '../errors.js';
import type { OperatingSystem, PackageAction } from '../packages/package-settings.js';
import { zipOf } from './zip-of.spec-support.js';

const STORE: PackageAction = { kind: 'STORE', path: '/tmp' };
const LAUNCH = (name: string): PackageAction => ({ kind: 'LAUNCH', name });

function inMemory(bytes: Buffer): RandomAccessArchive {
  async function* read(start: number, end: number): AsyncGenerator<Uint8Array> {
    for (let at = start; at < end; at += 1000) yield bytes.subarray(at, Math.min(end, at + 1000));
  }
  return { size: bytes.length, read, readAll: () => read(0, bytes.length) };
}

async function tarOf(
  entries: { name: string; type?: 'file' | 'symlink' | 'link'; linkname?: string }[],
): Promise<Buffer> {
  const tar = pack();
  for (const entry of entries) tar.entry(entry, entry.type === undefined ? 'content' : '');
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

async function outcome(
  bytes: Buffer,
  system: OperatingSystem,
  action: PackageAction = STORE,
): Promise<string> {
  const archive = inMemory(bytes);
  try {
    await checkArchive(archive, await archiveFormat(archive, system), system, action);
    return 'good';
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}

describe('a zip', () => {
  const good = zipOf([
    ['setup.exe', 'x'],
    ['data/a.txt', 'y'.repeat(5000)],
  ]);

  it('is good for every system', async () => {
    expect(await outcome(good, 'windows')).toBe('good');
    expect(await outcome(good, 'linux')).toBe('good');
  });

  it('must hold the file to launch, in any case on Windows', async () => {
    expect(await outcome(good, 'windows', LAUNCH('Setup.EXE /S'))).toBe('good');
    expect(await outcome(good, 'windows', LAUNCH('data\\a.txt'))).toBe('good');
    expect(await outcome(good, 'windows', LAUNCH('other.exe'))).toBe('BUILDER_ARCHIVE_FILE_MISSING');
    expect(await outcome(good, 'windows', LAUNCH('data'))).toBe('BUILDER_ARCHIVE_FILE_MISSING');
  });

  it.each(['../evil.txt', '/etc/passwd', 'a\\..\\..\\evil.txt', 'C:\\evil.txt', 'a/../../b'])(
    'must not hold the path %s',
    async (path) => {
      expect(
        await outcome(
          zipOf([
            ['ok', 'x'],
            [path, 'y'],
          ]),
          'windows',
        ),
      ).toBe('BUILDER_ARCHIVE_UNSAFE_PATH');
    },
  );

  it('must be whole, hold something, and be a zip at all', async () => {
    expect(await outcome(good.subarray(0, good.length - 30), 'windows')).toBe('BUILDER_ARCHIVE_UNREADABLE');
    expect(await outcome(zipOf([]), 'windows')).toBe('BUILDER_ARCHIVE_UNREADABLE');
    expect(await outcome(Buffer.from('MZ something else'), 'windows')).toBe('BUILDER_ARCHIVE_UNREADABLE');
    expect(await outcome(Buffer.alloc(0), 'windows')).toBe('BUILDER_ARCHIVE_UNREADABLE');
  });

  it('with many files is read through one window', async () => {
    const many = zipOf(Array.from({ length: 10_000 }, (_, n) => [`folder/file-${n}.txt`, ''] as const));
    expect(await outcome(many, 'windows', LAUNCH('folder/file-9999.txt'))).toBe('good');
  });
});

describe('a tar.gz', () => {
  it('is good for Linux and macOS, and useless on Windows', async () => {
    const tar = await tarOf([{ name: './install.sh' }, { name: 'lib/x' }]);
    expect(await outcome(tar, 'linux', LAUNCH('install.sh --now'))).toBe('good');
    expect(await outcome(tar, 'macos')).toBe('good');
    expect(await outcome(tar, 'windows')).toBe('BUILDER_ARCHIVE_UNREADABLE');
    expect(await outcome(tar, 'linux', LAUNCH('Install.sh'))).toBe('BUILDER_ARCHIVE_FILE_MISSING');
  });

  it.each(['../evil', '/etc/cron.d/evil', 'a/../../evil'])('must not hold the path %s', async (name) => {
    expect(await outcome(await tarOf([{ name: 'ok' }, { name }]), 'linux')).toBe(
      'BUILDER_ARCHIVE_UNSAFE_PATH',
    );
  });

  it('must not write through its own symbolic link, nor hard-link to the outside', async () => {
    const link = { name: 'up', type: 'symlink' as const, linkname: '/etc' };
    expect(await outcome(await tarOf([link, { name: 'ok' }]), 'linux')).toBe('good');
    expect(await outcome(await tarOf([link, { name: 'up/passwd' }]), 'linux')).toBe(
      'BUILDER_ARCHIVE_UNSAFE_PATH',
    );
    const hard = { name: 'x', type: 'link' as const, linkname: '../../etc/passwd' };
    expect(await outcome(await tarOf([hard]), 'linux')).toBe('BUILDER_ARCHIVE_UNSAFE_PATH');
  });

  it('must not write through a hard link to its own symbolic link', async () => {
    const up = { name: 'up', type: 'symlink' as const, linkname: '/etc' };
    const same = { name: 'h', type: 'link' as const, linkname: './up' };
    expect(await outcome(await tarOf([up, same]), 'linux')).toBe('good');
    expect(await outcome(await tarOf([up, same, { name: 'h/passwd' }]), 'linux')).toBe(
      'BUILDER_ARCHIVE_UNSAFE_PATH',
    );
  });

  it('must not hold a path that is longer than any system takes', async () => {
    const long = 'a/'.repeat(3_000);
    const of = async (entry: Parameters<typeof tarOf>[0][number]): Promise<string> =>
      outcome(await tarOf([entry]), 'linux');
    expect(await of({ name: `${long}b` })).toBe('BUILDER_ARCHIVE_UNREADABLE');
    expect(await of({ name: long, type: 'symlink', linkname: 'x' })).toBe('BUILDER_ARCHIVE_UNREADABLE');
    expect(await of({ name: 'x', type: 'symlink', linkname: long })).toBe('BUILDER_ARCHIVE_UNREADABLE');
    expect(await of({ name: 'x', type: 'link', linkname: `${long}b` })).toBe('BUILDER_ARCHIVE_UNREADABLE');
    expect(await of({ name: 'a/'.repeat(1_000) + 'b' })).toBe('good');
  });

  it('must be whole and hold a tar', async () => {
    const tar = await tarOf([{ name: 'a' }, { name: 'b' }]);
    expect(await outcome(tar.subarray(0, tar.length - 20), 'linux')).toBe('BUILDER_ARCHIVE_UNREADABLE');
    expect(await outcome(gzipSync('no tar in here'), 'linux')).toBe('BUILDER_ARCHIVE_UNREADABLE');
    expect(await outcome(gzipSync(Buffer.alloc(1024)), 'linux')).toBe('BUILDER_ARCHIVE_UNREADABLE');
    expect(await outcome(Buffer.from('#!/bin/sh'), 'linux')).toBe('BUILDER_ARCHIVE_UNREADABLE');
  });
});

it.each([new AppError(ERRORS.BUILDER_STORAGE_UNAVAILABLE, 'down'), new Error('the database is gone')])(
  'passes on what its source fails with, rather than blame the archive: %s',
  async (down) => {
    const read = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from([0x1f, 0x8b]);
      throw down;
    };
    const archive = { size: 100, read, readAll: read };
    await expect(checkArchive(archive, 'tar.gz', 'linux', STORE)).rejects.toBe(down);
    await expect(checkArchive(archive, 'zip', 'linux', STORE)).rejects.toBe(down);
  },
);
