import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import { formatMoney, parseMoney } from "../../base/money.ts";
import { parseJson } from "../../base/json.ts";
import { Z90 } from "../../base/normal-quantile.ts";
import { readText } from "../../base/read-text.ts";
import type { MeasuredSynthesis } from "../../domain/measured-synthesis.ts";
import { SynthesisResult } from "../../domain/synthesis-result.ts";
import { wilson } from "../../statistics/interval.ts";

/** Folders with the records of versions, and of pilots: `NAME/v1.json`, `NAME/pilot.json`. */
const [SEALED, PILOTS] = ["synthetic", join(".tunewright", "synthesize")];

const VERSION = /^v(\d+)\.json$/;

/**
 * Cost per kept row in the paid syntheses of a programme: for each, from the record of its last version, or of its
 * pilot if nothing was sealed. Undefined if nothing was paid or no row was kept. An unreadable record is ignored.
 */
export async function measuredSynthesis(dir: string): Promise<MeasuredSynthesis | undefined> {
  const sealed = await folders(join(dir, SEALED));
  const piloted = (await folders(join(dir, PILOTS))).filter((name) => !sealed.includes(name));
  const files = [
    ...(await Promise.all(sealed.map((name) => lastVersion(dir, join(SEALED, name))))),
    ...piloted.map((name) => join(PILOTS, name, "pilot.json")),
  ].filter((file) => file !== undefined);
  const records = await Promise.all(files.map(async (file) => ({ file, result: await resultIn(join(dir, file)) })));
  const paid = records.flatMap(({ file, result }) =>
    result === undefined || result.cost.usd === null ? [] : [{ ...result, file, usd: result.cost.usd }],
  );
  const [asked, kept] = [sum(paid.map((result) => result.asked)), sum(paid.map((result) => result.kept))];
  const total = paid.reduce((pico, { usd }) => pico + parseMoney(usd), 0n);
  if (kept === 0 || total === 0n) return undefined;
  const perRequest = Number(formatMoney(total)) / asked;
  const share = wilson(Math.min(kept, asked), asked, Z90);
  const usdPerKeptRow = { p10: perRequest / share.high, p50: (perRequest * asked) / kept, p90: perRequest / share.low };
  return { files: paid.map(({ file }) => file), asked, kept, usdPerKeptRow };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

async function folders(path: string): Promise<string[]> {
  if (!existsSync(path)) return [];
  const entries = await readdir(path, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).toSorted();
}

async function lastVersion(dir: string, folder: string): Promise<string | undefined> {
  const numbers = (await readdir(join(dir, folder))).flatMap((name) => {
    const found = VERSION.exec(name);
    return found === null ? [] : [Number(found[1])];
  });
  return numbers.length === 0 ? undefined : join(folder, `v${Math.max(...numbers)}.json`);
}

async function resultIn(path: string): Promise<SynthesisResult | undefined> {
  try {
    return SynthesisResult.safeParse(parseJson(await readText(path), path)).data;
  } catch {
    return undefined;
  }
}
