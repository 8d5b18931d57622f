import { createServer } from 'node:http';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '@tsarank/io';
import { fetchWheel } from './fetch-wheel';

it('a wheel comes straight from the index that is named', async () => {
  const content = Buffer.from('a wheel of little use');
  const wheel = {
    project: 'some-model',
    version: '1',
    fileName: 'some_model-1-py3-none-any.whl',
    sha256: sha256(content),
    megabytes: 0,
    platformTag: 'any',
  };
  const server = createServer((request, response) => {
    const files = [{ filename: wheel.fileName, url: '../files/it.whl' }];
    response.end(request.url === '/files/it.whl' ? content : JSON.stringify({ files }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(join(tmpdir(), 'wheel-'));
  const file = join(folder, 'wheels', wheel.fileName);
  const lines: string[] = [];
  try {
    const indexUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await fetchWheel(file, { wheel, indexUrl, log: (line) => lines.push(line) });
    expect(readFileSync(file).equals(content)).toBe(true);
    expect(lines).toEqual([`downloading ${wheel.fileName} (about 0 MB)`]);
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});
