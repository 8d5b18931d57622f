import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { makeDirectory, sha256 } from '@tsarank/io';
import { FilesItem_FileType, FilesItem_PolicyType } from './generated/wandb-log_pb';
import type { TrackedRun, TrackedTable } from '../../tracker';
import type { RecordKind } from './log-writer';

export interface WrittenTable {
  /** The summary's value that stands for the table. */
  summary: Record<string, unknown>;
  records: RecordKind[];
}

/**
 * Writes a table as the official client's `wandb.Table` does: a media file, which the run page shows, and an artifact of
 * type `run_table`, which tables over several runs read.
 */
export function writeTable(
  folder: string,
  run: TrackedRun,
  key: string,
  table: TrackedTable,
  step: number,
): WrittenTable {
  const shape = { ncols: table.columns.length, nrows: table.rows.length };
  const media = JSON.stringify({ columns: table.columns, data: table.rows });
  const hash = sha256(media);
  const path = `media/table/${key}_${step}_${hash.slice(0, 20)}.table.json`;
  write(join(folder, 'files', path), media);

  const artifact = JSON.stringify({
    _type: 'table',
    column_types: columnTypes(table),
    columns: table.columns,
    data: table.rows,
    log_mode: 'IMMUTABLE',
    ...shape,
  });
  const member = `${key}.table.json`;
  // The path is kept whole: the client may be started anywhere.
  const localPath = resolve(folder, 'artifacts', member);
  write(localPath, artifact);
  const digest = createHash('md5').update(artifact).digest('base64');
  // Equal tables of a run are one artifact, however often they are uploaded.
  const sequence = longId([run.entity ?? '', run.project, run.runId, key]);
  const client = longId([sequence, digest]);

  return {
    summary: {
      _type: 'table-file',
      path,
      sha256: hash,
      size: Buffer.byteLength(media),
      ...shape,
      log_mode: 'IMMUTABLE',
      artifact_path: `wandb-client-artifact://${client}/${member}`,
      _latest_artifact_path: `wandb-client-artifact://${sequence}:latest/${member}`,
    },
    records: [
      { case: 'files', value: { files: [{ path, policy: FilesItem_PolicyType.NOW, type: FilesItem_FileType.MEDIA }] } },
      {
        case: 'artifact',
        value: {
          runId: run.runId,
          project: run.project,
          entity: run.entity ?? '',
          type: 'run_table',
          name: `run-${run.runId}-${key.replace(/[^\w.-]/g, '')}`,
          digest: createHash('md5').update(`wandb-artifact-manifest-v1\n${member}:${digest}\n`).digest('hex'),
          aliases: ['latest'],
          finalize: true,
          clientId: client,
          sequenceClientId: sequence,
          manifest: {
            version: 1,
            storagePolicy: 'wandb-storage-policy-v1',
            storagePolicyConfig: [{ key: 'storageLayout', valueJson: '"V2"' }],
            contents: [{ path: member, digest, size: BigInt(Buffer.byteLength(artifact)), localPath }],
          },
        },
      },
    ],
  };
}

/** Types of the columns as the official client infers them: what occurs, or nothing. */
function columnTypes({ columns, rows }: TrackedTable): unknown {
  const types = columns.map((column, index) => {
    const found = new Set(['none', ...rows.map((row) => typeName(row[index] ?? null))]);
    return [
      column,
      { wb_type: 'union', params: { allowed_types: [...found].sort().map((name) => ({ wb_type: name })) } },
    ];
  });
  return { wb_type: 'typedDict', params: { type_map: Object.fromEntries(types) } };
}

const typeName = (value: string | number | boolean | null): string => (value === null ? 'none' : typeof value);

/** 128 characters, as W&B's ids of artifacts have. */
const longId = (parts: readonly string[]): string => createHash('sha512').update(JSON.stringify(parts)).digest('hex');

function write(file: string, text: string): void {
  makeDirectory(dirname(file));
  writeFileSync(file, text);
}
