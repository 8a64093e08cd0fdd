import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InstallError, installCrs } from './install.ts';
import { readTar, TarError } from './tar.ts';

let directory: string;
let servers: Server[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-crs-'));
});
afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
  rmSync(directory, { recursive: true, force: true });
});

/** One ustar entry, padded. */
function entry(name: string, content: string, type = '0'): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, 100, 'utf8');
  header.write('0000644\0', 100);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write(type, 156);
  header.write('ustar\x0000', 257, 'latin1');
  header.fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
  body.write(content);
  return Buffer.concat([header, body]);
}

const tar = (...entries: Buffer[]): Buffer => Buffer.concat([...entries, Buffer.alloc(1024)]);
const sumOf = (archive: Buffer): string => createHash('sha256').update(archive).digest('hex');

const good = gzipSync(
  tar(
    entry('pax_global_header', '52 comment=55b09f5acfd16413e7b31041100711ceb7adc89c\n', 'g'),
    entry('crs-1/', '', '5'),
    entry('crs-1/rules/', '', '5'),
    entry('crs-1/rules/A.conf', 'SecAction "id:1"\n'),
    entry('crs-1/rules/a.data', 'x'),
    entry('crs-1/crs-setup.conf.example', 'example'),
    entry('crs-1/tests/t.yaml', 'not wanted'),
    entry('crs-1/rules/link', '', '2'),
  ),
);

function save(archive: Buffer): string {
  const file = join(directory, 'crs.tar.gz');
  writeFileSync(file, archive);
  return file;
}

const folder = (): string => join(directory, 'data', 'crs');
const leftovers = (): string[] => readdirSync(join(directory, 'data')).filter((name) => name !== 'crs');

async function serve(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('installCrs', () => {
  it('unpacks what a gate needs from a file', async () => {
    expect(await installCrs({ from: save(good), sha256: sumOf(good).toUpperCase(), folder: folder() })).toEqual({
      files: 3,
      rules: 1,
    });
    expect(readdirSync(folder(), { recursive: true }).sort()).toEqual([
      'crs-setup.conf.example',
      'rules',
      'rules/A.conf',
      'rules/a.data',
    ]);
    expect(readFileSync(join(folder(), 'rules/A.conf'), 'utf8')).toBe('SecAction "id:1"\n');
    expect(leftovers()).toEqual([]);
  });

  it('replaces an older set and keeps its settings', async () => {
    mkdirSync(join(folder(), 'rules'), { recursive: true });
    writeFileSync(join(folder(), 'rules/OLD.conf'), '');
    writeFileSync(join(folder(), 'crs-setup.conf'), 'mine');
    await installCrs({ from: save(good), sha256: sumOf(good), folder: folder() });
    expect(readdirSync(join(folder(), 'rules')).sort()).toEqual(['A.conf', 'a.data']);
    expect(readFileSync(join(folder(), 'crs-setup.conf'), 'utf8')).toBe('mine');
    expect(leftovers()).toEqual([]);
  });

  it.each([
    ['a wrong checksum', good, '0'.repeat(64), /has SHA-256 .* expected 0000/],
    ['an archive without rules', gzipSync(tar(entry('a/LICENSE', 'x'))), undefined, /holds no rules/],
    [
      'a name that climbs out',
      gzipSync(tar(entry('crs-1/rules/../../../evil.conf', 'x'))),
      undefined,
      /does not lie inside/,
    ],
    ['an absolute name', gzipSync(tar(entry('/etc/rules/evil.conf', 'x'))), undefined, /does not lie inside/],
    ['a name twice', gzipSync(tar(entry('a/rules/x.conf', '1'), entry('a/rules/x.conf', '2'))), undefined, /EEXIST/],
    [
      'a pax name that climbs out',
      gzipSync(tar(entry('h', '24 path=a/rules/../../b\n', 'x'), entry('a/rules/x.conf', '1'))),
      undefined,
      /does not lie inside/,
    ],
    ['no gzip', Buffer.from('hello'), undefined, /incorrect header check/],
    ['no tar', gzipSync(Buffer.alloc(1024, 0x37)), undefined, /not a tar archive/],
    [
      'an archive cut short',
      gzipSync(tar(entry('a/rules/x.conf', 'x'.repeat(2000))).subarray(0, 1024)),
      undefined,
      /ends in the middle/,
    ],
  ])('refuses %s and leaves the old set alone', async (_name, archive, sha256, message) => {
    mkdirSync(join(folder(), 'rules'), { recursive: true });
    writeFileSync(join(folder(), 'rules/OLD.conf'), '');
    await expect(
      installCrs({ from: save(archive), sha256: sha256 ?? sumOf(archive), folder: folder() }),
    ).rejects.toThrow(message);
    expect(readdirSync(join(folder(), 'rules'))).toEqual(['OLD.conf']);
    expect(leftovers()).toEqual([]);
  });

  it('fetches over HTTP, redirects followed, and tells about failures', async () => {
    const port = await serve(
      createHttpServer((request, response) => {
        if (request.url === '/moved') response.writeHead(302, { location: '/crs.tar.gz' }).end();
        else if (request.url === '/crs.tar.gz') response.end(good);
        else response.writeHead(404).end();
      }),
    );
    const base = `http://127.0.0.1:${port}`;
    expect(await installCrs({ from: `${base}/moved`, sha256: sumOf(good), folder: folder() })).toMatchObject({
      rules: 1,
    });
    await expect(installCrs({ from: `${base}/none`, sha256: sumOf(good), folder: folder() })).rejects.toThrow(
      /answers 404/,
    );
    await expect(installCrs({ from: 'http://127.0.0.1:1/', sha256: sumOf(good), folder: folder() })).rejects.toThrow(
      InstallError,
    );
  });

  it('does not accept a server whose certificate nobody vouches for', async () => {
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-keyout',
        key,
        '-out',
        cert,
        '-subj',
        '/CN=localhost',
        '-days',
        '1',
      ],
      { stdio: 'ignore' },
    );
    const port = await serve(
      createHttpsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_request, response) =>
        response.end(good),
      ),
    );
    await expect(
      installCrs({ from: `https://127.0.0.1:${port}/`, sha256: sumOf(good), folder: folder() }),
    ).rejects.toThrow(/cannot fetch .*self-signed certificate/);
  });
});

describe('readTar', () => {
  it('reads what tar writes, long names included', () => {
    const long = `${'d'.repeat(90)}/${'e'.repeat(90)}/${'f'.repeat(120)}.conf`;
    const source = join(directory, 'source');
    mkdirSync(join(source, long, '..'), { recursive: true });
    writeFileSync(join(source, long), 'long');
    writeFileSync(join(source, 'é.conf'), 'short');
    for (const format of ['ustar', 'gnu', 'pax']) {
      if (format === 'ustar') rmSync(join(source, long));
      else writeFileSync(join(source, long), 'long');
      const archive = execFileSync('tar', ['-c', `--format=${format}`, '-C', source, '.'], { maxBuffer: 1 << 24 });
      const files = [...readTar(archive)]
        .filter(({ type }) => type === 'file')
        .map(({ name, content }) => [name, content.toString()]);
      expect(new Map(files as [string, string][]).get('./é.conf')).toBe('short');
      if (format !== 'ustar') expect(new Map(files as [string, string][]).get(`./${long}`)).toBe('long');
    }
  });

  it('refuses a header whose sum is wrong', () => {
    const archive = tar(entry('a', 'x'));
    archive[0] = 0x62;
    expect(() => [...readTar(archive)]).toThrow(TarError);
  });
});
