import type { SlurmScript } from "../../domain/audit-import.ts";
import type { Read } from "./read-keys.ts";

/** Options with a short form. */
const SHORT: Readonly<Record<string, string>> = {
  N: "nodes",
  G: "gpus",
  t: "time",
  p: "partition",
  a: "array",
  n: "ntasks",
  J: "job-name",
};

/** `--name=value`, `--name value`, `-n value` or `-nvalue`. */
const OPTION = /(?:^|\s)(?:--([a-z-]+)(?:[=\s]\s*([^\s-]\S*))?|-([A-Za-z])(?:\s*([^\s-]\S*))?)/g;

/** Variable with the index of an array task. */
const TASK = /\bSLURM_ARRAY_TASK_ID\b/;

/**
 * The Slurm request of a batch script: the options of its `#SBATCH` lines up to the first command, as Slurm reads them; a
 * later option replaces an earlier one.
 *
 * @returns null if the file has no `#SBATCH` line
 * @source sbatch(1) of Slurm 24.05
 */
export function slurmScript(text: string, file: string): SlurmScript | null {
  const options = new Map<string, Read<string>>();
  const lines = text.split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    const said = /^#SBATCH\s(.*)$/.exec(line)?.[1];
    if (said === undefined) {
      if (line.trim() !== "" && !line.startsWith("#")) break;
      continue;
    }
    for (const [, long, value, short, shortValue] of said.replace(/\s#.*$/, "").matchAll(OPTION)) {
      const name = long ?? SHORT[short!];
      if (name === undefined) continue;
      options.set(name, { value: value ?? shortValue ?? "", place: `${file}, line ${index + 1}, --${name}` });
    }
  }
  if (options.size === 0) return null;
  return {
    file,
    gpus: gpusOf(options),
    hours: mapped(options.get("time"), hoursOf),
    tasks: mapped(options.get("array"), tasksOf),
    partition: options.get("partition") ?? null,
    isRequeued: options.has("no-requeue") ? false : options.has("requeue") ? true : null,
    usesTask: TASK.test(text),
  };
}

function mapped<Value>(
  read: Read<string> | undefined,
  convert: (text: string) => Value | undefined,
): Read<Value> | null {
  const value = read === undefined ? undefined : convert(read.value);
  return value === undefined ? null : { value, place: read!.place };
}

/** GPUs of all nodes of one job: `--gpus`, otherwise GPUs per node or task times nodes or tasks. */
function gpusOf(options: ReadonlyMap<string, Read<string>>): Read<number> | null {
  const total = mapped(options.get("gpus"), countOf);
  if (total !== null) return total;
  const nodes = mapped(options.get("nodes"), (text) => integer(text.split("-")[0]!))?.value ?? 1;
  const perNode = mapped(options.get("gpus-per-node"), countOf) ?? mapped(options.get("gres"), gresGpus);
  if (perNode !== null) return { value: perNode.value * nodes, place: perNode.place };
  const perTask = mapped(options.get("gpus-per-task"), countOf);
  if (perTask === null) return null;
  const tasks = mapped(options.get("ntasks"), integer)?.value ?? 1;
  return { value: perTask.value * tasks, place: perTask.place };
}

/** `8` or `a100:8`. */
function countOf(text: string): number | undefined {
  return integer(text.split(":").at(-1)!);
}

/** `gpu`, `gpu:8` or `gpu:a100:8` among generic resources; `gpu` and `gpu:a100` count as one. */
function gresGpus(text: string): number | undefined {
  const gpu = text.split(",").find((part) => /^gpu(?::|$)/.test(part));
  return gpu === undefined ? undefined : (countOf(gpu) ?? 1);
}

/** `minutes`, `minutes:seconds`, `hours:minutes:seconds`, `days-hours[:minutes[:seconds]]`, as hours. */
function hoursOf(text: string): number | undefined {
  const [, days, rest] = /^(?:(\d+)-)?(\d+(?::\d+){0,2})$/.exec(text) ?? [];
  if (rest === undefined) return undefined;
  const parts = rest.split(":").map(Number);
  if (days !== undefined) {
    const [hours, minutes = 0, seconds = 0] = parts as [number, number?, number?];
    return Number(days) * 24 + hours + minutes / 60 + seconds / 3600;
  }
  if (parts.length === 3) return parts[0]! + parts[1]! / 60 + parts[2]! / 3600;
  return parts[0]! / 60 + (parts[1] ?? 0) / 3600;
}

/** Tasks of an array: `0-59`, `0-59%8`, `1,3,5-9:2`. */
function tasksOf(text: string): number | undefined {
  let count = 0;
  for (const part of text.replace(/%\d+$/, "").split(",")) {
    const [, from, to, step] = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/.exec(part) ?? [];
    if (from === undefined) return undefined;
    count += to === undefined ? 1 : Math.floor((Number(to) - Number(from)) / Number(step ?? 1)) + 1;
  }
  return count > 0 ? count : undefined;
}

function integer(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}
