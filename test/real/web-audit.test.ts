import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { Audit } from "../../src/domain/audit.ts";
import { PaperApprovals } from "../../src/domain/paper-approval.ts";
import { createAccount } from "../../src/programme/accounts/manage-accounts.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { openStore } from "../../src/store/open-store.ts";
import { ROOT } from "../cli/run-cli.ts";
import { axe, CHROMIUM, startBrowser } from "./browser.ts";
import { startWebServer } from "./start-web-server.ts";

const NOW = () => new Date("2026-11-28T12:00:00Z");

/** Folder that pages are photographed into, for people to look at. */
const SHOTS = process.env["TUNEWRIGHT_SCREENSHOTS"];

const WIDTHS = [
  [360, "light"],
  [360, "dark"],
  [1280, "light"],
  [1280, "dark"],
] as const;

let folder: string;
let dir: string;
let server: RunningServer;
let browser: Browser;

const serve = (dataDir: string): Promise<RunningServer> =>
  startWebServer({
    dataDir,
    programmes: ["support"],
    programmeDirs: [dir],
    now: NOW,
  });

async function open(path: string, width = 1280, colorScheme: "light" | "dark" = "light"): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  await page.goto(`${server.url}${path}`);
  return page;
}

async function photograph(page: Page, name: string): Promise<void> {
  if (SHOTS === undefined) return;
  await mkdir(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
}

describe.skipIf(CHROMIUM === undefined)("the pages Audit and Comply (install chromium where this is skipped)", () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tunewright-web-audit-"));
    dir = join(folder, "support");
    cpSync(join(ROOT, "examples/support"), dir, { recursive: true });
    // The server loads these late, which takes long while they are transformed.
    await Promise.all([
      import("../../src/programme/audit/audit-view.ts"),
      import("../../src/programme/audit/evidence-excerpt.ts"),
      import("../../src/programme/comply/comply-papers.ts"),
      import("../../src/programme/comply/paper-files.ts"),
    ]);
    server = await serve(join(folder, "data"));
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 20 });
  });

  test("without an audit the page says how to run one, and the button runs it from the keyboard", async () => {
    const page = await open("/audit");
    await page.getByText("No audit yet").waitFor();
    expect(await axe(page)).toEqual([]);
    const button = page.getByRole("button", { name: "Run the audit" });
    await button.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Findings" }).waitFor();
    const audit = Audit.parse(JSON.parse(readFileSync(join(dir, "report/audit.json"), "utf8")));
    const findings = audit.answers.filter(({ state }) => state === "finding");
    expect(findings.length).toBeGreaterThan(0);
    const articles = page.getByRole("article");
    expect(await articles.count()).toBe(findings.length);
    const order = ["high", "medium", "low"];
    const ranks = await articles.locator("h3 .state:first-of-type").allTextContents();
    expect(ranks).toEqual(ranks.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
    for (const { rule, text, action } of findings) {
      const article = page.locator(`article[aria-labelledby="${rule}"]`);
      expect(await article.textContent()).toContain(text);
      expect(await article.textContent()).toContain(action);
    }
    expect(
      await page
        .getByRole("region", { name: /^Table: Passed/ })
        .getByRole("row")
        .count(),
    ).toBe(audit.answers.length - findings.length + 1);
    await page.close();
  });

  test("evidence in programme.yaml opens at the cited line, and a file that is not cited is refused", async () => {
    const page = await open("/audit");
    const link = page.getByRole("link", { name: /^programme\.yaml, line \d+/ }).first();
    const line = Number(/line (\d+)/.exec((await link.textContent())!)![1]);
    await link.press("Enter");
    const cited = page.locator(".excerpt .cited");
    await cited.waitFor();
    const text = readFileSync(join(dir, "programme.yaml"), "utf8").split("\n")[line - 1]!;
    expect(await cited.textContent()).toBe(`${line}${text}`);
    expect(await axe(page)).toEqual([]);
    await page.getByRole("link", { name: "Audit" }).first().waitFor();
    const refused = await fetch(`${server.url}/api/v1/audit/evidence?path=prices.csv`);
    expect(refused.status).toBe(404);
    await page.close();
  });

  test.each(WIDTHS)("Audit is no wider than %i px, %s, and axe finds nothing", async (width, scheme) => {
    const page = await open("/audit", width, scheme);
    await page.getByRole("heading", { name: "Findings" }).waitFor();
    for (const summary of await page.locator("summary").all()) await summary.click();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    expect(await axe(page)).toEqual([]);
    await photograph(page, `audit-${width}-${scheme}`);
    await page.close();
  });

  test("printed, Audit shows its content without the menu, in dark ink", async () => {
    const page = await open("/audit", 794, "dark");
    await page.getByRole("heading", { name: "Findings" }).waitFor();
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.locator(".sidebar").isVisible()).toBe(false);
    expect(await page.getByRole("button", { name: "Run the audit" }).count()).toBe(0);
    expect(await page.locator("h1").isVisible()).toBe(true);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(794);
    expect(await page.evaluate("getComputedStyle(document.body).color")).toBe("rgb(26, 32, 43)");
    await photograph(page, "audit-print");
    await page.close();
  });

  test("an audit of an older programme.yaml says so", async () => {
    const file = join(dir, "programme.yaml");
    const before = readFileSync(file, "utf8");
    writeFileSync(file, `${before}# changed\n`);
    const page = await open("/audit");
    await page.getByText("programme.yaml has changed since this audit").waitFor();
    writeFileSync(file, before);
    await page.close();
  });

  test("a paper is read, downloaded and approved with person, time and hash", async () => {
    const page = await open("/comply");
    const papers = page.getByRole("region", { name: "Table: Papers" });
    const row = papers.getByRole("row", { name: /^Record of processing/ });
    await row.getByText("draft", { exact: true }).waitFor();
    const address = (await row.getByRole("link").first().getAttribute("href"))!;
    const shown = await fetch(server.url + address);
    expect(shown.headers.get("content-security-policy")).toContain("sandbox");
    expect(await shown.text()).toContain("Not legal advice.");
    const word = await fetch(`${server.url}${address}?format=docx`);
    expect(word.headers.get("content-disposition")).toBe('attachment; filename="gdpr-art30.docx"');
    expect(
      Buffer.from(await word.arrayBuffer())
        .subarray(0, 2)
        .toString(),
    ).toBe("PK");
    await row.getByRole("button", { name: /^Approve/ }).click();
    const dialog = page.getByRole("alertdialog");
    await dialog.getByLabel("Person who approves").fill("data protection officer");
    await dialog.getByLabel("Note").fill("first draft");
    expect(await axe(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Approve" }).click();
    await row.getByText(/data protection officer/).waitFor();
    const { approvals } = PaperApprovals.parse(JSON.parse(readFileSync(join(dir, "approvals.json"), "utf8")));
    const json = (await (await fetch(`${server.url}${address}?format=json`)).json()) as { sha256: string };
    expect(approvals).toEqual([
      {
        paper: "gdpr-art30",
        sha256: json.sha256,
        by: "data protection officer",
        at: NOW().toISOString(),
        note: "first draft",
      },
    ]);
    await page.close();
  });

  test.each(WIDTHS)(
    "Comply with its papers is no wider than %i px, %s, and axe finds nothing",
    async (width, scheme) => {
      const page = await open("/comply", width, scheme);
      await page.getByRole("region", { name: "Table: Papers" }).waitFor();
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      expect(await axe(page)).toEqual([]);
      await photograph(page, `comply-${width}-${scheme}`);
      await page.close();
    },
  );

  test("an auditor reads papers and audit, and can change neither", async () => {
    const dataDir = join(folder, "with-accounts");
    const store = await openStore({ dataDir }, NOW);
    const { token } = await createAccount(store, { name: "Auditor", role: "auditor", days: 1 }, NOW().getTime());
    await store.close();
    const guarded = await serve(dataDir);
    try {
      const context = await browser.newContext({ extraHTTPHeaders: { authorization: `Bearer ${token}` } });
      const page = await context.newPage();
      await page.goto(`${guarded.url}/comply`);
      await page.getByRole("region", { name: "Table: Papers" }).getByText("read only").first().waitFor();
      expect(await page.getByRole("button", { name: /^Approve/ }).count()).toBe(0);
      await page.goto(`${guarded.url}/audit`);
      await page.getByRole("heading", { name: "Findings" }).waitFor();
      expect(await page.getByRole("button", { name: "Run the audit" }).count()).toBe(0);
      for (const path of ["/audit", "/comply/papers/gdpr-art30/approvals"]) {
        const refused = await fetch(`${guarded.url}/api/v1${path}`, {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
          body: JSON.stringify({ by: "Auditor", sha256: "0".repeat(64) }),
        });
        expect(refused.status).toBe(403);
      }
      await context.close();
    } finally {
      await guarded.stop();
    }
  });
});
