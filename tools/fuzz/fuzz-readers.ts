/**
 * Damages small valid files of every kind and reads them: each must be read or be refused with an InputError, within a
 * second, in bounded memory.
 *
 *   npx tsx tools/fuzz/fuzz-readers.ts [--files 100000] [--seed 0] [--only NAME] [--keep DIR]
 *
 * File n of a seed is always the same: `--first n --files 1` makes that one again. Damaged files that crash a reader are
 * kept in DIR (default a temporary folder). Exits with 1 if there is one.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createProgress, InputError } from '@tsarank/io';
import { Random } from '@tsarank/random';
import { mutate } from './mutate';
import { prepareFolder, readers } from './readers';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '100000' },
    first: { type: 'string', default: '0' },
    seed: { type: 'string', default: '0' },
    only: { type: 'string' },
    keep: { type: 'string' },
  },
});
const SLOW_MS = 1000;
/** Above what the process has once everything is warm; the files have under 100 KB. */
const GROWTH_BYTES = 400 << 20;
const WARM_AFTER = 2000;
const total = Number(values.files);
const first = Number(values.first);
const root = mkdtempSync(join(tmpdir(), 'fuzz-'));
const keep = values.keep ?? mkdtempSync(join(tmpdir(), 'fuzz-crashes-'));
mkdirSync(keep, { recursive: true });
const chosen = readers.flatMap((reader, index) =>
  !values.only || reader.name === values.only ? [{ reader, folder: prepareFolder(root, index) }] : [],
);
if (chosen.length === 0 || !(total > 0)) {
  console.error(`--only expects one of ${readers.map(({ name }) => name).join(', ')}; --files a number above 0`);
  process.exit(2);
}
const everySeed = readers.flatMap(({ seeds }) => seeds);
const counts = new Map(
  chosen.map(({ reader }) => [reader.name, { files: 0, read: 0, refused: 0, crashed: 0, slowestMs: 0 }]),
);
const progress = createProgress({ label: 'fuzz', total });
let warm = 0;
let most = 0;
let crashes = 0;

// Damage to files that are refused as they are would show nothing.
for (const { reader, folder } of chosen) {
  for (const bytes of reader.seeds) {
    const file = join(folder, reader.file);
    writeFileSync(file, reader.wrap?.(bytes) ?? bytes);
    reader.read(folder, file);
  }
}

for (let done = 0; done < total; done += 1) {
  const number = first + done;
  const { reader, folder } = chosen[number % chosen.length]!;
  const random = Random.fromSeed(values.seed, reader.name, number);
  const { bytes, how } = mutate(random.sample(reader.seeds, 1)[0]!, random, random.sample(everySeed, 1)[0]!);
  const file = join(folder, reader.file);
  writeFileSync(file, reader.wrap?.(bytes) ?? bytes);
  const count = counts.get(reader.name)!;
  count.files += 1;
  const crash = (what: string): void => {
    count.crashed += 1;
    crashes += 1;
    copyFileSync(file, join(keep, `${number}-${reader.file}`));
    progress.log(`CRASH ${reader.name}, file ${number} (${how}): ${what}`);
  };
  const start = performance.now();
  try {
    reader.read(folder, file);
    count.read += 1;
  } catch (error) {
    if (error instanceof InputError) count.refused += 1;
    else
      crash(
        error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join(' | ') : String(error),
      );
  }
  const took = performance.now() - start;
  count.slowestMs = Math.max(count.slowestMs, took);
  if (took > SLOW_MS) crash(`took ${Math.round(took)} ms`);
  const resident = process.memoryUsage.rss();
  if (done <= WARM_AFTER) warm = Math.max(warm, resident);
  else if (resident > Math.max(most, warm + GROWTH_BYTES))
    crash(`memory grew to ${resident >> 20} MB, from ${warm >> 20}`);
  most = Math.max(most, resident);
  progress.update(done + 1, `${crashes} crashes`);
}
progress.finish();
rmSync(root, { recursive: true });
for (const [name, { files, read, refused, crashed, slowestMs }] of counts) {
  console.log(
    `${name.padEnd(18)} files ${files}  read ${read}  refused ${refused}  crashed ${crashed}  slowest ${slowestMs.toFixed(1)} ms`,
  );
}
console.log(`in all ${total} files, ${crashes} crashes; memory ${warm >> 20} MB warm, ${most >> 20} MB at most`);
if (crashes > 0) console.log(`the files that crashed are in ${keep}`);
else if (!values.keep) rmSync(keep, { recursive: true });
process.exitCode = crashes > 0 ? 1 : 0;
