import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { makeDirectory, writeFileAtomic } from '@tsarank/io';
import type { HubName } from './hub-name';
import type { HubSettings } from './hub-settings';

const COMMIT = /^[0-9a-f]{40}$/;

/** Whether a revision is a commit, whose files never change. */
export function isCommit(revision: string): boolean {
  return COMMIT.test(revision);
}

/**
 * A model's place in the cache that Hugging Face's libraries share: content once in `blobs/` by its hash, a link to it for each
 * commit in `snapshots/<commit>/`, and in `refs/` the commits that branches and tags stood for when they were last asked for.
 */
export class HubCache {
  readonly folder: string;

  constructor({ cacheDirectory }: HubSettings, { repository }: HubName) {
    this.folder = join(cacheDirectory, `models--${repository.replaceAll('/', '--')}`);
  }

  blob(hash: string): string {
    return join(this.folder, 'blobs', hash);
  }

  snapshot(commit: string): string {
    return join(this.folder, 'snapshots', commit);
  }

  /** The commit that a revision stood for; undefined where it was never asked for. */
  commitOf(revision: string): string | undefined {
    if (isCommit(revision)) return revision;
    const file = join(this.folder, 'refs', ...revision.split('/'));
    const commit = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
    return isCommit(commit) ? commit : undefined;
  }

  setCommit(revision: string, commit: string): void {
    if (!isCommit(revision)) writeFileAtomic(join(this.folder, 'refs', ...revision.split('/')), commit);
  }

  /** Makes a whole blob appear in a snapshot; where links are not allowed, a copy. */
  link(commit: string, path: string, hash: string): void {
    const place = join(this.snapshot(commit), ...path.split('/'));
    if (existsSync(place)) return;
    makeDirectory(dirname(place));
    const temporary = `${place}.${process.pid}.part`;
    rmSync(temporary, { force: true });
    try {
      symlinkSync(relative(dirname(place), this.blob(hash)), temporary);
    } catch {
      copyFileSync(this.blob(hash), temporary);
    }
    renameSync(temporary, place);
  }
}
