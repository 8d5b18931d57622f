import { Random } from '@tsarank/random';
import { crc32, crc32ByTable } from './crc32';
import { FILE_HEADER, frameRecord, unframeRecords } from './record-framing';

const BLOCK = 32_768;

/** A file of such records, and where each ends. */
function fileOf(sizes: readonly number[]): { file: Buffer; ends: number[]; records: string[] } {
  const ends: number[] = [];
  const records = sizes.map((size, index) => Buffer.alloc(size, index + 1));
  let file: Buffer = Buffer.from(FILE_HEADER);
  for (const record of records) {
    file = Buffer.concat([file, frameRecord(record, file.length)]);
    ends.push(file.length);
  }
  return { file, ends, records: records.map(text) };
}

const unframe = (file: Buffer) => texts(unframeRecords(file.subarray(7), 7));

/** Records as texts, which compare fast. */
const texts = <T extends { records: readonly Uint8Array[] }>(read: T) => ({ ...read, records: read.records.map(text) });
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

describe('record framing', () => {
  it('writes one small record as the format says', () => {
    const { file } = fileOf([3]);
    expect(file.toString('hex')).toBe('3a572642e1be00' + '99d326f60300' + '01' + '010101');
  });

  // Behind the file's header and the chunk's: the record ends a block, leaves 1 to 8 bytes of it, or goes beyond.
  const edge = BLOCK - 7 - 7;
  it.each([edge - 8, edge - 7, edge - 6, edge - 1, edge, edge + 1, edge + BLOCK - 7, edge + BLOCK - 6, 5 * BLOCK, 0])(
    'reads back records around one of %d bytes',
    (size) => {
      const { file, ends, records } = fileOf([size, 10, size, 0, 5]);
      expect(unframe(file)).toEqual({ records, end: ends.at(-1), tail: 'whole' });
    },
  );

  it('keeps every chunk in one block and pads with zeros', () => {
    const { file } = fileOf([edge - 3, 20]);
    expect(file.subarray(BLOCK - 3, BLOCK)).toEqual(Buffer.alloc(3));
    expect(file[BLOCK + 6]).toBe(1);
  });

  it('reads back any records, and of a file cut anywhere those before the cut', () => {
    const random = Random.fromSeed(7);
    for (let trial = 0; trial < 30; trial += 1) {
      const sizes = Array.from({ length: 1 + random.nextInt(12) }, () =>
        random.nextInt([5, 400, 40_000][random.nextInt(3)]!),
      );
      const { file, ends, records } = fileOf(sizes);
      expect(unframe(file)).toEqual({ records, end: ends.at(-1), tail: 'whole' });
      for (let cut = 0; cut < 10; cut += 1) {
        const at = 7 + random.nextInt(file.length - 6);
        const whole = ends.filter((end) => end <= at).length;
        const read = unframe(file.subarray(0, at));
        expect(read.records).toEqual(records.slice(0, whole));
        expect(read.end).toBe(whole === 0 ? 7 : ends[whole - 1]);
        if (!(at === read.end)) expect(['torn', 'whole']).toContain(read.tail);
      }
    }
  });

  it('reads on from the end of a record', () => {
    const { file, ends, records } = fileOf([40_000, 10, edge, 3]);
    const { records: rest } = texts(unframeRecords(file.subarray(ends[1]!), ends[1]!));
    expect(rest).toEqual(records.slice(2));
  });

  it('stops at a changed byte', () => {
    const { file, ends, records } = fileOf([100, 100, 100]);
    file[ends[0]! + 20]! ^= 1;
    expect(unframe(file)).toEqual({ records: records.slice(0, 1), end: ends[0], tail: 'damaged' });
  });
});

describe('crc32', () => {
  it('has the check value of CRC-32, and no table is needed to get it', () => {
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
    expect(crc32ByTable(Buffer.from('123456789'))).toBe(0xcbf43926);
  });
});
