import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { readOwnerToken } from "../../../src/store/owner-token.ts";
import { runHere } from "../../cli/run-here.ts";
import { MLRUNS_RUN as RUN, writeMlruns } from "../../programme/runs/foreign-trackers.ts";
import { writeMlrunsModels } from "../../programme/runs/mlruns-models.ts";
import { startTestServer, type TestServer } from "../../server/start-test-server.ts";

/** Commands on the state of a programme, in an order in which each finds what it needs. */
const LINES = [
  "runs import ../../mlruns",
  "runs import ../../mlruns",
  "runs list",
  "runs list --group-by experiment --group-by dataset",
  "runs list --deleted",
  "runs list --filter metrics.none<1",
  `runs show ${RUN.slice(0, 8)}`,
  "runs show ffffffff",
  `runs compare ${RUN.slice(0, 8)} ${RUN.slice(0, 12)} --all`,
  "runs export --deleted",
  "budget set --scope tag --key team=legal --cap-usd 2000 --set-by Finance",
  "budget set --cap-usd many --set-by Finance",
  "budget show",
  "budget reserve sft-7 --usd 120 --tag team=legal",
  "budget reserve sft-8 --usd 5000 --tag team=legal",
  "budget reserve sft-7 --release",
  "budget alert https://hooks.example.org/a --kind slack",
  "budget alert https://hooks.example.org/a --kind slack --remove",
  "ledger add --activity data --hours 12.5 --usd-per-hour 80 --memo review --payee Ada",
  "ledger costs ../../costs.csv",
  "ledger costs ../../costs.csv",
  "ledger rate --currency EUR --usd 1.0854 --day 2026-01-01 --source ECB",
  "ledger import ../../bill.csv --map BilledCost=Amount --map ChargePeriodStart=Date --map ResourceId=Server",
  "ledger import ../../bill.csv --map BilledCost=Amount --map ChargePeriodStart=Date --map ResourceId=Server",
  "ledger invoice --number INV-7 --seller hosting --usd 1240.50 --from 2026-01-01 --to 2026-02-01 --resource node-1",
  "ledger match --file bill.csv --line 1 --class storage --by finance",
  "ledger settle",
  "ledger settle --all",
  "ledger show",
  "ledger accounts",
  "ledger chargeback 2026-01",
  "ledger leaks",
  "ledger export --out focus.csv",
  "ledger close 2026-01 --by finance",
  "ledger close 2026-01 --by finance",
  "ledger month 2026-01 --out month",
  "ledger head",
  "ledger prove --seq 1",
  "ledger verify",
  "train list",
  "train show abcd1234",
  "train logs abcd1234",
  "train stop abcd1234",
  "train resume abcd1234",
  "train approve abcd1234 --by finance",
  "sweep show",
  "sweep show abcd1234",
  "sweep stop abcd1234",
  "sweep resume abcd1234",
  "sweep approve abcd1234 --by finance",
  "data label show tone",
  "data agree --task none",
  "watch mark 1f2e3d4c --reason wanted",
  "watch forget --before 2026-01-01 --yes",
  `runs close ${RUN.slice(0, 8)}`,
  "gc --deleted-runs --older-than-days 0 --yes",
  "runs list --deleted",
  "accounts list",
  "accounts create ada --role admin",
  "accounts create ada --role admin",
  "accounts role ada --role viewer",
  "accounts renew ada",
  "accounts revoke ada",
  "accounts list",
];

let folder: string;
let server: TestServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tunewright-by-server-"));
  await writeMlrunsModels(await writeMlruns(folder, "1 2.5 0\n2 1.5 1\n"));
  await writeFile(join(folder, "costs.csv"), "activity,memo,on,usd\ndata,licence,2026-01-05,99.50\n");
  await writeFile(join(folder, "bill.csv"), "Amount,Date,Server\n12.50,2026-01-03,node-9\n");
  for (const place of ["here", "there"]) await mkdir(join(folder, place, "voice"), { recursive: true });
  server = await startTestServer(join(folder, "data"), { programmeDirs: [join(folder, "served", "voice")] });
});
afterAll(async () => {
  await server.end();
  await rm(folder, { recursive: true, force: true, maxRetries: 20 });
});

/** The words of a command without what differs between two moments: times, hashes and tokens. */
function lasting(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replaceAll(/\btw_[\w-]+/g, "TOKEN")
    .replaceAll(/\b[\da-f]{64}\b/g, "HASH")
    .replaceAll(/\b[\da-f]{8}-[\da-f-]{27}\b/g, "UUID");
}

/** JSON with the fields of each object in the order of their names, since it does not matter. */
function inOrder(text: string): string {
  const sorted = (_: string, value: unknown): unknown =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return text.trim() === "" ? "" : JSON.stringify(JSON.parse(text), sorted);
}

test("every command on the state says the same through TUNEWRIGHT_URL as in the folder, refusals included", async () => {
  const token = (await readOwnerToken(server.dataDir))!;
  const differing: string[] = [];
  for (const line of LINES) {
    const words = [...line.split(" "), "--json", "--quiet"];
    const here = await runHere(words, { cwd: join(folder, "here", "voice") });
    const env = { TUNEWRIGHT_URL: server.url, TUNEWRIGHT_TOKEN: token };
    const there = await runHere(words, { cwd: join(folder, "there", "voice"), env });
    const [own, other] = [here, there].map(({ code, stdout, stderr }) =>
      lasting(`${code}\n${inOrder(stdout)}\n${stderr}`),
    );
    if (own !== other) differing.push(`${line}\n  here:  ${own}\n  there: ${other}`);
  }
  expect(differing).toEqual([]);
  expect(server.log).toEqual([]);
});
