// Writes a programme folder with a month of runs and the bill of that month, to read the reports of the ledger as finance
// does. The month is GENERATED with a fixed seed: four teams train on rented GPU machines at prices of the catalogue.
// Charges of other services and the dirt of the file (NULL as text, no EffectiveCost, credits) are as in the published
// FOCUS sample.
//   node bench/ledger/month.mjs DIR && cd DIR && tunewright ledger import bill-2026-10.csv && tunewright ledger leaks
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 9, 1);
const END = START + 31 * DAY;
const dir = resolve(process.argv[2] ?? "generated-month");

let state = 20_261_001;
/** The next random number from 0 to 1. */
function random() {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
  return (state >>> 0) / 2 ** 32;
}
const pick = (list) => list[Math.floor(random() * list.length)];
const iso = (ms) => new Date(ms).toISOString();

/** Machines with their list price per hour, US dollars, and the price after commitments. */
const MACHINES = [
  { id: "i-0a1f", sku: "p5.48xlarge", gpus: 8, usd: 98.32, effective: 98.32 },
  { id: "i-0b2e", sku: "p5.48xlarge", gpus: 8, usd: 98.32, effective: 61.45 },
  { id: "i-0c3d", sku: "g6e.12xlarge", gpus: 4, usd: 10.49, effective: 10.49 },
  { id: "i-0d4c", sku: "g6e.12xlarge", gpus: 4, usd: 10.49, effective: 10.49 },
];
const TEAMS = ["support", "legal", "search", undefined];

/** Runs, one after another on each machine, with pauses; some fail. */
function runsOfMonth() {
  const runs = [];
  for (const machine of MACHINES) {
    let free = START + Math.floor(random() * 30) * HOUR;
    while (free < START + 28 * DAY) {
      const isFailed = random() < 0.12;
      const from = free + HOUR / 2;
      const to = from + (2 + Math.floor(random() * 40)) * HOUR * (isFailed ? 0.4 : 1);
      runs.push({
        machine,
        from,
        to,
        isFailed,
        team: pick(TEAMS),
        name: `${machine.sku.split(".")[0]}-${runs.length}`,
      });
      free = Math.ceil(to / HOUR) * HOUR + Math.floor(random() * 20) * HOUR;
    }
  }
  return runs;
}

/** Charges of machines, day by day while they are rented; one is given back for some of the days on which nothing runs. */
function machineRows(runs) {
  return MACHINES.flatMap((machine) => {
    const own = runs.filter((run) => run.machine === machine);
    const first = own[0].from - 2 * HOUR;
    const isUsed = (day) => own.some(({ from, to }) => from < day + DAY && to > day);
    const days = Array.from({ length: 31 }, (_, day) => first + day * DAY).filter(
      (day) => day < END && (random() > 0.08 || isUsed(day)),
    );
    return days.map((from) => {
      const to = Math.min(from + DAY, END);
      const hours = (to - from) / HOUR;
      return {
        billed: (machine.usd * hours).toFixed(6),
        effective: (machine.effective * hours).toFixed(6),
        from: iso(from),
        to: iso(to),
        service: "Compute,Amazon Elastic Compute Cloud",
        resource: machine.id,
        sku: machine.sku,
        text: `${machine.sku}, ${hours} hours`,
      };
    });
  });
}

const MONTH = { from: iso(START), to: iso(END) };

/** Charges of the whole month that no run of the tracker explains. */
const OTHERS = [
  { service: "Compute,Amazon Elastic Compute Cloud", resource: "i-0idle", billed: "1043.10", text: "notebook machine" },
  { service: "Storage,EBS", resource: "vol-77", billed: "412.55", text: "gp3 volume" },
  { service: "Storage,S3", resource: "checkpoints", billed: "288.10", effective: "NULL", text: "standard storage" },
  { service: "Networking,Data Transfer", resource: "NULL", billed: "97.31", text: "egress to the internet" },
  { service: "Integration,SQS", resource: "queue", billed: "0.42", text: "requests" },
  { category: "Credit", service: "Other,AWS", billed: "-500.00", text: "promotion" },
  { category: "Tax", service: "Other,AWS", billed: "1840.20", text: "VAT" },
].map((row) => ({ ...MONTH, ...row }));

const HEAD =
  "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceCategory,ServiceName,ResourceId,SkuId,ChargeDescription,InvoiceId";

function csvLine({ billed, effective = billed, from, to, category = "Usage", service, resource = "", sku = "", text }) {
  return [billed, effective, "USD", from, to, category, service, resource, sku, `"${text}"`, "INV-2026-10"].join(",");
}

/** Writes a run as the server would have seen it. */
async function writeRun(store, { machine, from, to, isFailed, team, name }, isOpen) {
  const { openActivity, extendActivity, closeActivity } = await import("../../dist/track/activity.js");
  const row = {
    run_id: createHash("sha256").update(name).digest("hex").slice(0, 32),
    experiment_id: 0,
    name,
    user_id: "",
    status: isOpen ? "RUNNING" : isFailed ? "FAILED" : "FINISHED",
    start_ms: from,
    end_ms: isOpen ? null : to,
    lifecycle_stage: "active",
    deleted_ms: null,
  };
  const tags = {
    "tunewright.usd_per_hour": String(machine.usd),
    "tunewright.resource": machine.id,
    "gpu.count": String(machine.gpus),
  };
  if (team !== undefined) tags.team = team;
  await store.write(async (db) => {
    const { run_no } = await db.insertInto("runs").values(row).returning("run_no").executeTakeFirstOrThrow();
    const rows = Object.entries(tags).map(([key, value]) => ({ run_no, key, value }));
    await db.insertInto("run_tags").values(rows).execute();
    await openActivity(db, run_no, from);
    await extendActivity(db, run_no, to);
    if (!isOpen) await closeActivity(db, run_no, to);
  });
}

const runs = runsOfMonth();
const rows = [...machineRows(runs), ...OTHERS];
await mkdir(join(dir, ".tunewright"), { recursive: true });
await writeFile(join(dir, "bill-2026-10.csv"), `${[HEAD, ...rows.map(csvLine)].join("\n")}\n`);
const { openStore } = await import("../../dist/store/open-store.js");
const store = await openStore({ dataDir: join(dir, ".tunewright") }, () => new Date());
for (const [index, run] of runs.entries()) await writeRun(store, run, index === runs.length - 1); // no end was seen
await store.close();
process.stdout.write(
  `${runs.length} generated runs and ${rows.length} generated bill lines of 2026-10 are in ${dir}\n`,
);
