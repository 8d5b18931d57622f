export { download } from './lib/download';
export type { DownloadOptions } from './lib/download';
export { InputError, WorkError } from './lib/errors';
export type { InputProblem } from './lib/errors';
export { canonicalJson, gitBlobSha1File, md5File, sha256, sha256File } from './lib/hash';
export { sha256FilesAside } from './lib/hash-aside';
export { parseJson } from './lib/json';
export type { ParseJsonOptions } from './lib/json';
export { acquireLock, waitForLock } from './lib/lock';
export type { Lock } from './lib/lock';
export { makeDirectory } from './lib/make-directory';
export { nearestName } from './lib/nearest-name';
export { isProcessAlive, processStart } from './lib/process-start';
export { printable, withoutCredentials } from './lib/printable';
export { createProgress, formatSeconds } from './lib/progress';
export type { Progress, ProgressOptions, ProgressStream } from './lib/progress';
export {
  jsonLines,
  openInput,
  readFailure,
  readJson,
  readJsonLines,
  readLines,
  readPublishedJson,
  readText,
  requireFile,
} from './lib/read';
export type { JsonLine, TextLine } from './lib/read';
export { HttpStatusError, reasonOf, requireSuccess, withRetries } from './lib/retries';
export type { RetryOptions } from './lib/retries';
export { print, printNotice, surviveLostStreams } from './lib/standard-streams';
export { destinationOf, publishDirectory, STANDARD_OUTPUT, writeFileAtomic } from './lib/write';
export type { Destination } from './lib/write';
