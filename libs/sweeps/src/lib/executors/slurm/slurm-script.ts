import { EXIT } from '@tsarank/runs';

/** Seconds before its time limit at which a run is asked to save; Slurm may ask up to a minute earlier. */
const WARN_SECONDS = 60;
/** Times that a task puts itself back into the queue. */
const REQUEUES = 10;

/** Tells the task that its time is nearly over: save, and back into the queue. */
export const OUT_OF_TIME = `B:USR1@${WARN_SECONDS}`;
/** Tells the task to save and to end for good. */
export const STOP_SIGNAL = 'USR2';

export interface SlurmScriptOptions {
  /** Folder of the submission: `manifest.tsv`, `ends/`. */
  folder: string;
  /** Where the submitter was: relative paths in configurations start there. */
  cwd: string;
  command: readonly string[];
}

/**
 * The batch script of an array's tasks.
 *
 * Slurm's own SIGTERM (scancel, time limit, preemption) reaches each process of the task, so the script must not pass it
 * on: a run that hears it twice ends without saving. Signals to the script alone it does pass on, as SIGTERM.
 */
export function slurmScript({ folder, cwd, command }: SlurmScriptOptions): string {
  return `#!/bin/bash
# Does the run on this task's line of the manifest.
folder=${quoted(folder)}
end=$folder/ends/$SLURM_ARRAY_TASK_ID
cd ${quoted(cwd)} || exit
IFS=$'\\t' read -r planned runs < <(sed -n "$((SLURM_ARRAY_TASK_ID + 1))p" "$folder/manifest.tsv")
rm -f "$end"
# A network file system may show a new file late.
for _ in {1..60}; do [ -e "$planned" ] && break; sleep 1; done

requeue=no
told=no
pass_on() { told=yes; kill -TERM "$child" 2>/dev/null; }
trap 'requeue=yes; pass_on' USR1
trap 'requeue=no; pass_on' ${STOP_SIGNAL}
trap 'requeue=no; told=yes' TERM
${command.map(quoted).join(' ')} "$planned" "$runs" &
child=$!
# A signal ends a wait early.
while wait "$child"; code=$?; [ $told = yes ]; do told=no; done

if [ $code = ${EXIT.interrupted} ] && [ $requeue = yes ] && [ "\${SLURM_RESTART_COUNT:-0}" -lt ${REQUEUES} ]; then
  scontrol requeue "$SLURM_JOB_ID" && sleep 60
fi
echo $code > "$end"
exit $code
`;
}

/** For the shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
