import type { BilledRun, BilledRuns } from "../../../ledger/classify.ts";
import { isStale } from "../../../ledger/staleness.ts";
import type { Store } from "../../../store/open-store.ts";
import { aliveOfAll } from "../run-cost.ts";

/** Tags of a run with the machine that it runs on, as named in a bill. */
const RESOURCE_TAGS = ["tunewright.resource", "gpu.resource", "instance_id"];

/** Tags of a run with what it rents and on which account. */
const SKU_TAG = "tunewright.sku";
const ACCOUNT_TAG = "tunewright.account";

/** All runs, with the data needed for matching bills. */
export async function billedRuns({ db }: Store, nowMs: number): Promise<BilledRuns> {
  const rows = await db.selectFrom("runs").select(["run_id", "run_no", "status"]).orderBy("run_no").execute();
  const tags = await db
    .selectFrom("run_tags")
    .select(["run_no", "key", "value"])
    .where("key", "in", [...RESOURCE_TAGS, SKU_TAG, ACCOUNT_TAG])
    .orderBy("tag_no")
    .execute();
  const times = await aliveOfAll(db, undefined);
  const byRun = new Map<number, typeof tags>();
  for (const tag of tags) byRun.set(tag.run_no, [...(byRun.get(tag.run_no) ?? []), tag]);
  const byId = new Map<string, BilledRun>();
  const byResource = new Map<string, BilledRun[]>();
  for (const { run_id: id, run_no, status } of rows) {
    const own = byRun.get(run_no) ?? [];
    const alive = times.get(run_no) ?? [];
    const tag = (key: string): string | undefined => own.find((pair) => pair.key === key)?.value.toLowerCase();
    const [sku, account] = [tag(SKU_TAG), tag(ACCOUNT_TAG)];
    const run: BilledRun = {
      id,
      resources: own.filter(({ key }) => RESOURCE_TAGS.includes(key)).map(({ value }) => value.toLowerCase()),
      allocation: sku === undefined || account === undefined ? null : { sku, account },
      alive,
      isFailed: status === "FAILED" || alive.some((interval) => isStale(interval, nowMs)),
    };
    byId.set(id, run);
    for (const resource of run.resources) {
      const known = byResource.get(resource);
      if (known === undefined) byResource.set(resource, [run]);
      else known.push(run);
    }
  }
  return { byId, byResource, withAllocation: [...byId.values()].filter(({ allocation }) => allocation !== null) };
}
