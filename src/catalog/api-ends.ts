import type { ModelLifecycle } from "../domain/model-lifecycle.ts";
import { allLifecycles } from "./model-lifecycle.ts";

/** Providers whose name in the statements differs from the seller's in the price book. */
const PROVIDERS: Readonly<Record<string, string>> = { "x-ai": "xai" };

/** A dated snapshot of a model, such as `o1-2024-12-17` or `claude-3-haiku-20240307`. */
const SNAPSHOT = /-(?:\d{8}|\d{4}-\d{2}-\d{2})$/;

let ends: ReadonlyMap<string, ModelLifecycle> | undefined;

/**
 * Statement that an API model has stopped answering by a day; undefined if there is none. An alias such as
 * `claude-3-opus-latest` ends with the last of its snapshots. If sellers disagree on the day, the latest counts.
 *
 * @param model  `seller/model`
 * @param on     YYYY-MM-DD
 */
export function apiEnd(model: string, on: string): ModelLifecycle | undefined {
  ends ??= allEnds();
  const [seller = "", ...rest] = model.toLowerCase().split("/");
  const name = rest.join("/").replace(/-latest$/, "");
  const provider = PROVIDERS[seller] ?? seller;
  const end = ends.get(`${provider}/${name}`) ?? ends.get(`${provider}/${name}${ALIAS}`);
  return end !== undefined && end.date <= on ? end : undefined;
}

/**
 * Dated statements about the end of a hosted model, for each kind of end: those of its own name; if there are none,
 * those of the snapshots for which an alias such as `gpt-4o` stands. Sources that disagree are all listed.
 *
 * @param model  `seller/model`
 */
export function hostedEnds(model: string): readonly ModelLifecycle[] {
  const [seller = ""] = model.toLowerCase().split("/");
  const provider = PROVIDERS[seller] ?? seller;
  const name = nameOf(model).replace(/-latest$/, "");
  const rows = allLifecycles().filter((row) => row.provider === provider && row.kind !== "superseded");
  return (["training", "deployment", "api", "none-published"] as const).flatMap((kind) => {
    const ofKind = rows.filter((row) => row.kind === kind);
    const own = ofKind.filter(({ modelId }) => nameOf(modelId) === name);
    return own.length > 0 ? own : ofKind.filter(({ modelId }) => nameOf(modelId).replace(SNAPSHOT, "") === name);
  });
}

/** Name of a model without its seller, and without the mark of a tuned model. */
function nameOf(model: string): string {
  const name = model.toLowerCase();
  return name.slice(name.lastIndexOf("/") + 1).replace(/^ft:/, "");
}

/** Suffix of the key of an alias, which is used if there is no statement for the name itself. */
const ALIAS = " alias";

function allEnds(): ReadonlyMap<string, ModelLifecycle> {
  const found = new Map<string, ModelLifecycle>();
  const keep = (key: string, row: ModelLifecycle): void => {
    if (row.date > (found.get(key)?.date ?? "")) found.set(key, row);
  };
  for (const row of allLifecycles()) {
    if (row.kind !== "api") continue;
    const name = row.modelId.toLowerCase().slice(row.modelId.lastIndexOf("/") + 1);
    keep(`${row.provider}/${name}`, row);
    if (SNAPSHOT.test(name)) keep(`${row.provider}/${name.replace(SNAPSHOT, "")}${ALIAS}`, row);
  }
  return found;
}
