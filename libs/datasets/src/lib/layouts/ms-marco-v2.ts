import { Readable } from 'node:stream';
import { join } from 'node:path';
import { InputError, parseJson } from '@tsarank/io';
import { fileLines, packedLines } from '../archives/lines';
import { readTar } from '../archives/tar';
import { writeCorpus, writeLines } from './beir-files';
import type { Layout } from './layout';
import { writeTopicsAndQrels } from './ms-marco-topics';

/**
 * A track over version 2 of MS MARCO: topics, judgments, the published 100 candidates of each query, and of the passages
 * (a tar archive of packed JSON lines) none, those that candidates and judgments name, or all.
 */
export const layOutMsMarcoV2: Layout = async (task) => {
  const { files, folder, part } = task;
  const wanted = await writeTopicsAndQrels(task);
  const candidates = files['candidates']!;
  await writeLines(join(folder, 'candidates.trec'), async (addLine) => {
    for await (const lines of fileLines(candidates)) {
      for (const { text, line } of lines) {
        const columns = text.trim().split(/\s+/);
        if (columns.length !== 6) {
          const found = `${columns.length} columns`;
          throw new InputError({ file: candidates, line, found, expected: 'the 6 of a TREC run' });
        }
        wanted.add(columns[2]!);
        addLine(columns.join(' '));
      }
    }
  });
  const passages = files['passages'];
  if (passages === undefined || part === 'queries') return;
  task.log(`reading ${passages}; this takes long`);
  await writeCorpus(folder, async (add) => {
    await readTar(passages, async (name, content) => {
      if (!name.endsWith('.gz')) return;
      const file = `${passages}, ${name}`;
      for await (const lines of packedLines(Readable.from(content), file)) {
        for (const { text, line } of lines) {
          if (part === 'candidates' && !wanted.has(idOf(text) ?? '')) continue;
          const { pid, passage } = parseJson(text, { file, line }) as { pid?: unknown; passage?: unknown };
          if (typeof pid !== 'string' || typeof passage !== 'string') {
            throw new InputError({ file, line, found: 'no "pid" and "passage"', expected: 'a passage of MS MARCO v2' });
          }
          if (part === 'all' || wanted.has(pid)) add(pid, passage);
        }
      }
    });
  });
};

/** The id by its form, wherever the member stands: of 138 million lines few are wanted, and those alone are parsed. */
function idOf(text: string): string | undefined {
  return /"pid"\s*:\s*"([^"\\]*)"/.exec(text)?.[1];
}
