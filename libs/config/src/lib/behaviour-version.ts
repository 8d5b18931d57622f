/**
 * Part of every run id. Raise it by one when a change of the code would alter a score, a loss or a sampled group
 * for the same settings: records of an earlier behaviour then stop matching and are made again.
 */
export const BEHAVIOUR_VERSION = 2;
