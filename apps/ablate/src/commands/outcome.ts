/** What a command's handler may leave here: the exit code where it is not 0. */
export interface Outcome {
  exitCode: number;
}
