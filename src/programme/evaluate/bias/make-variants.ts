import { existsSync } from "node:fs";
import { resolve } from "node:path";

import { refuseOverwrite } from "../../../base/atomic-file.ts";
import { atomicWrite } from "../../../base/atomic-write.ts";
import type { Context } from "../../../base/context.ts";
import { Failure } from "../../../base/failure.ts";
import { readWholeRows } from "../../../curate/rows/read-whole-rows.ts";
import type { SwapRequest, SwapResult } from "../../../domain/bias-report.ts";
import { swapWords, type WordSwap } from "../../../evaluate/bias/swap-words.ts";
import { textOf } from "../../../evaluate/set/eval-item.ts";
import { ORIGINAL, VARIANT_FIELD, variantId } from "./variant-id.ts";

/**
 * Writes the items of a file, each with a variant for every group of the user's list whose words it contains.
 *
 * @throws Failure bad_input for a list without the columns, an item without an id or with the field `variant`
 */
export async function makeVariants({ cwd, confirm }: Context, request: SwapRequest): Promise<SwapResult> {
  const { file, out, id, field } = request;
  const path = resolve(cwd, out);
  refuseOverwrite(path, existsSync(path) && (await confirm(`Replace ${path}?`)));
  const groups = await readSwaps(resolve(cwd, request.swaps), request.swaps);
  const counts = new Map([...groups.keys()].map((group) => [group, 0]));
  const lines: string[] = [];
  let [items, unchanged] = [0, 0];
  for await (const row of readWholeRows(resolve(cwd, file), file)) {
    items += 1;
    const name = textOf(row[id]);
    if (name === undefined || row[VARIANT_FIELD] !== undefined) {
      throw new Failure(
        "bad_input",
        `${file}, row ${items}: ${name === undefined ? `it has no ${id}` : `it has the field ${VARIANT_FIELD} already`}`,
        {
          hint: "name the field of the id with --id; give a file without variants",
        },
      );
    }
    lines.push(JSON.stringify({ ...row, [VARIANT_FIELD]: ORIGINAL }));
    const before = lines.length;
    for (const [group, swaps] of groups) {
      const changed = field.flatMap((name): [string, string][] => {
        const text = row[name];
        const swapped = typeof text === "string" ? swapWords(text, swaps) : undefined;
        return swapped === undefined ? [] : [[name, swapped]];
      });
      if (changed.length === 0) continue;
      const variant = { ...row, ...Object.fromEntries(changed), [id]: variantId(name, group), [VARIANT_FIELD]: group };
      lines.push(JSON.stringify(variant));
      counts.set(group, counts.get(group)! + 1);
    }
    if (lines.length === before) unchanged += 1;
  }
  await atomicWrite(path, lines.map((line) => `${line}\n`).join(""));
  return { out, items, unchanged, variants: [...counts].map(([group, count]) => ({ group, items: count })) };
}

async function readSwaps(path: string, shown: string): Promise<Map<string, WordSwap[]>> {
  const groups = new Map<string, WordSwap[]>();
  for await (const row of readWholeRows(path, shown)) {
    const [group, from, to] = ["group", "from", "to"].map((name) => textOf(row[name])?.trim());
    if (!group || !from || !to || group === ORIGINAL) {
      throw new Failure("bad_input", `${shown}: a row lacks group, from or to, or its group is "${ORIGINAL}"`, {
        hint: "write a CSV with the columns group,from,to, as in: female,he,she",
      });
    }
    groups.set(group, [...(groups.get(group) ?? []), { group, from, to }]);
  }
  if (groups.size > 0) return groups;
  throw new Failure("bad_input", `${shown} has no rows`, { hint: "write a CSV with the columns group,from,to" });
}
