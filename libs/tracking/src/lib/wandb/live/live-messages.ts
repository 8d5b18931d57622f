import type { WandbServerAccess } from '../server';

/** What the parent tells the mirror's process, and a mirror's process its own child. */
export type MirrorRequest =
  | { type: 'follow'; folder: string }
  | { type: 'close'; graceMs: number }
  | { type: 'upload-by-sdk'; folder: string; access: WandbServerAccess };

/** What it says back. */
export interface MirrorReport {
  type: 'line';
  line: string;
}
