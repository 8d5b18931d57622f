/** A reader with valid files to begin from. */
export interface FuzzedReader {
  name: string;
  seeds: readonly Buffer[];
  /** A file around the damaged bytes, where the damage is to reach what lies inside a sound container. */
  wrap?(bytes: Buffer): Buffer;
  /** Name in its folder that a damaged file gets. */
  file: string;
  /** Files that lie beside it, undamaged. */
  beside: readonly string[];
  read(folder: string, file: string): void;
}
