import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from './errors';
import { sha256File } from './hash';
import { sha256FilesAside } from './hash-aside';

const folder = mkdtempSync(join(tmpdir(), 'hash-aside-'));
const large = join(folder, 'large');
const small = join(folder, 'small');
writeFileSync(large, Buffer.alloc((1 << 26) + 5, 'abc'));
writeFileSync(small, 'abc');
afterAll(() => rmSync(folder, { recursive: true }));

describe('sha256FilesAside', () => {
  it.each([[[small]], [[large, small]], [[]]])('gives the hashes of the files, small and large', (files) => {
    const hashes = sha256FilesAside(files);
    expect(hashes()).toEqual(files.map(sha256File));
    expect(hashes()).toEqual(files.map(sha256File));
  });

  it('says which file can not be read', () => {
    const gone = sha256FilesAside([large, join(folder, 'gone')]);
    expect(gone).toThrow(InputError);
    expect(gone).toThrow(/gone/);
  });
});
