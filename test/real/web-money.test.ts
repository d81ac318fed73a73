import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { openBill } from "../../src/programme/money/bills/bill-file.ts";
import { importBill } from "../../src/programme/money/bills/import-bill.ts";
import { setBudgets } from "../../src/programme/money/set-budgets.ts";
import type { Store } from "../../src/store/open-store.ts";
import { hourly, makeRun } from "../ledger/made-run.ts";
import { axe, CHROMIUM, PATIENCE_MS } from "./browser.ts";
import { startWebPages, type WebPages } from "./web-pages.ts";

const HOUR = 3_600_000;
const LIVE = "a".repeat(32);
const DONE = "b".repeat(32);
const HEAD =
  "BilledCost,EffectiveCost,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceCategory,ServiceName,ResourceId,InvoiceId\n";

let web: WebPages;
let folder: string;

/** Lines of a bill for a machine of the run that ended, and for one that no run used. */
function bill(name: string, invoice: string): string {
  const day = new Date(Date.now() - 48 * HOUR).toISOString().slice(0, 10);
  const period = `${day}T00:00:00Z,${day}T12:00:00Z`;
  const rows = [
    `30.5,28,${period},Usage,Compute,GPU machines,node-a,${invoice}`,
    `"1,012.25",900,${period},usage,Compute,GPU machines,idle-${name},${invoice}`,
    `4.2,4.2,${period},Usage,Storage,Object storage,,${invoice}`,
  ];
  const path = join(folder, `${name}.csv`);
  writeFileSync(path, `${HEAD}${rows.join("\n")}\n`);
  return path;
}

async function prepare(store: Store): Promise<void> {
  const now = new Date();
  const pricing = { programmes: ["contracts"], pricesOf: () => [], now: () => now };
  const nowMs = now.getTime();
  await makeRun(store, {
    id: LIVE,
    tags: { ...hourly("12"), team: "legal" },
    intervals: [[nowMs - 5 * HOUR, nowMs - 1_000, false]],
  });
  const ended = [[nowMs - 50 * HOUR, nowMs - 40 * HOUR, true]] as const;
  await makeRun(store, {
    id: DONE,
    tags: { ...hourly("3"), team: "search", "tunewright.resource": "node-a" },
    intervals: ended,
  });
  const common = { key: "", period: "total", setBy: "finance", sourceSha256: null } as const;
  await setBudgets(store, { ...common, scope: "programme", capUsd: "200" }, { pricing, now });
  await setBudgets(store, { ...common, scope: "tag", key: "team=legal", capUsd: "90" }, { pricing, now });
  await importBill(store, await openBill(bill("first", "INV-1")), { nowMs });
}

async function open(path: string, width = 1280): Promise<Page> {
  return web.open(path, width);
}

/** Elements that make a page wider than its window, except those that scroll on their own. */
async function tooWide(page: Page, width: number): Promise<string[]> {
  const wide = await page.evaluate("document.documentElement.scrollWidth");
  if (Number(wide) <= width) return [];
  const found = await page.evaluate(`[...document.querySelectorAll("main *")]
    .filter((each) => each.closest(".table-wrap") === null && each.getBoundingClientRect().right > ${width})
    .map((each) => each.tagName + "." + each.className)`);
  return [`the page is ${String(wide)} px wide`, ...(found as string[])];
}

describe.skipIf(CHROMIUM === undefined)("the page Money in Chromium (install chromium where this is skipped)", () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tunewright-bills-"));
    web = await startWebPages(prepare);
  });
  afterAll(async () => {
    await web.end();
    rmSync(folder, { recursive: true });
  });

  test("shows each budget as a curve that runs down, with the moment when it is used up", async () => {
    const page = await open("/money");
    await page.getByRole("img", { name: /^Burn-down of programme: 200.00 .*used up/ }).waitFor();
    await page.getByRole("img", { name: /^Burn-down of tag: team=legal: 90.00 / }).waitFor();
    await page.close();
  });

  test("leads from a class of the bill to its lines, and back to the page", async () => {
    const page = await open("/money");
    await page.getByRole("button", { name: "no-run", exact: true }).click();
    const heading = page.getByRole("heading", { name: /^Bill lines of no-run/ });
    await heading.waitFor();
    expect(await page.evaluate("document.activeElement.id")).toBe("lines");
    await page.getByRole("region", { name: "Table: Bill lines" }).getByText("1,012.25").waitFor();
    await page.getByRole("button", { name: "Close the lines" }).click();
    await heading.waitFor({ state: "detached" });
    await page.close();
  });

  test("imports a bill, says what it repaired, and the ledger shows its entries by the keyboard alone", async () => {
    const page = await open("/money");
    await page.getByLabel("FOCUS file").setInputFiles(bill("second", "INV-2"));
    await page.getByRole("button", { name: "Import bill" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("second.csv: 3 lines, BilledCost 1046.95 USD").waitFor();
    await page.getByRole("region", { name: "Table: Repairs" }).getByText("other case").waitFor();
    await page.getByLabel("Account").focus();
    await page.keyboard.type("leak:");
    await page.keyboard.press("Enter");
    await page.getByText(/6 shown of \d+ entries, filtered|4 shown of \d+ entries, filtered/).waitFor();
    const links = page.getByRole("region", { name: "Table: Ledger" }).getByRole("button", { name: "bill lines" });
    await links.first().focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /^Bill lines of / }).waitFor();
    await page.close();
  });

  test("charges teams for a month, makes the files of finance, and refuses to close a month that goes on", async () => {
    const page = await open("/money");
    const month = new Date().toISOString().slice(0, 7);
    await page.getByLabel("Month", { exact: true }).fill(month);
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await page.getByRole("region", { name: "Table: Chargeback" }).getByRole("cell", { name: "legal" }).waitFor();
    await page.getByRole("button", { name: `Files of ${month}` }).click();
    const file = page.waitForEvent("download");
    await page.getByRole("button", { name: /chargeback.*\.csv/ }).click();
    expect((await file).suggestedFilename()).toContain(month);
    await page.getByLabel(`Your name, to close the month ${month}`).fill("Finance");
    await page.getByRole("button", { name: `Close ${month}` }).click();
    await page.getByText(`${month} has not ended yet`).waitFor();
    await page.close();
  });

  test("counts up what a live run costs against its tightest cap", async () => {
    const page = await open(`/runs/${LIVE}`);
    await page.getByText("Cap: tag team=legal").waitFor();
    const cost = page.locator(".tile", { hasText: "USD per hour, alive" }).locator("dd");
    const before = await cost.innerText();
    await expect.poll(() => cost.innerText(), { timeout: PATIENCE_MS }).not.toBe(before);
    await page.close();
  });

  test("shows what a run costs next to its name in a window of 360 px, and the state first in a wide one", async () => {
    for (const [width, first] of [
      [360, ["Run", "Cost USD", "State"]],
      [1280, ["Run", "State", "Cost USD"]],
    ] as const) {
      const page = await open("/runs", width);
      const heads = page.getByRole("region", { name: "Runs", exact: true }).getByRole("columnheader");
      await heads.getByText("Cost USD").waitFor();
      expect((await heads.allInnerTexts()).slice(1, 4)).toEqual(first);
      const cost = (await heads.getByText("Cost USD").boundingBox())!;
      expect(cost.x + cost.width).toBeLessThan(width);
      expect(await tooWide(page, width)).toEqual([]);
      await page.close();
    }
  });

  test.each([
    [360, "light"],
    [1280, "dark"],
  ] as const)("is nowhere wider than %i px in the %s, and axe finds nothing", async (width, colorScheme) => {
    for (const path of ["/money?lines.class=no-run", `/runs/${LIVE}`]) {
      const page = await open(path, width);
      await page.emulateMedia({ colorScheme });
      await page.getByRole("heading").first().waitFor();
      await page.waitForLoadState("networkidle");
      expect(await tooWide(page, width), path).toEqual([]);
      expect(await axe(page), path).toEqual([]);
      const shots = process.env["TUNEWRIGHT_SHOTS"];
      if (shots !== undefined)
        await page.screenshot({ path: join(shots, `${path.slice(1, 5)}-${width}.png`), fullPage: true });
      await page.close();
    }
  });
});
