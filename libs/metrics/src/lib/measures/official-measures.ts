const CUTOFFS = [5, 10, 15, 20, 30, 100, 200, 500, 1000];

/** What trec_eval prints without an -m option, in its order (its `runid` line is no measure). */
export const OFFICIAL_MEASURES: readonly string[] = [
  'num_q',
  'num_ret',
  'num_rel',
  'num_rel_ret',
  'map',
  'gm_map',
  'Rprec',
  'bpref',
  'recip_rank',
  ...Array.from({ length: 11 }, (_, tenth) => `iprec_at_recall_${(tenth / 10).toFixed(2)}`),
  ...CUTOFFS.map((cutoff) => `P_${cutoff}`),
];
