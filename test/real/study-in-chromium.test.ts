import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { studyHtml } from "../../src/programme/study/study-html.ts";
import { studyOfFixture } from "../programme/study/study-of-fixture.ts";

/** The first of the usual names of Chromium that runs here. */
const CHROMIUM = ["chromium", "chromium-browser", "google-chrome"].find((name) => {
  try {
    execFileSync(name, ["--version"], { stdio: "pipe" });
    return true;
  } catch {
    return false;
  }
});

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--allow-file-access-from-files"];

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "tunewright-chromium-"));
  await writeFile(join(dir, "study.html"), studyHtml(await studyOfFixture()));
});
afterAll(() => rm(dir, { recursive: true }));

/** Evaluates an expression over the study's document `d`, shown `width` pixels wide. */
async function measure(width: number, expression: string): Promise<unknown> {
  const frame = `<iframe id="f" src="study.html" style="width:${width}px;height:800px;border:0"></iframe>
<pre id="result"></pre><script>
f.onload = () => { const d = f.contentDocument; result.textContent = JSON.stringify(${expression}); };
</script>`;
  await writeFile(join(dir, "frame.html"), frame);
  const args = [...FLAGS, "--virtual-time-budget=5000", "--dump-dom", `file://${join(dir, "frame.html")}`];
  const dom = execFileSync(CHROMIUM!, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const shown = /<pre id="result">(.*?)<\/pre>/s.exec(dom)![1]!;
  return JSON.parse(shown.replaceAll("&amp;", "&").replaceAll("&lt;", "<").replaceAll("&gt;", ">"));
}

describe.skipIf(CHROMIUM === undefined)("the study in Chromium (install chromium where this is skipped)", () => {
  test.each([360, 768, 1280])("is nowhere wider than a window of %i px", async (width) => {
    expect(await measure(width, "[d.documentElement.scrollWidth, d.body.scrollWidth]")).toEqual([width, width]);
  });

  test.each([
    [1280, false],
    [360, true],
  ])("at %i px draws every chart in the form for it, none of them empty or cut", async (width, isNarrow) => {
    const shown = (await measure(
      width,
      '[...d.querySelectorAll("svg.chart")].filter((svg) => svg.getBoundingClientRect().width > 0)' +
        '.map((svg) => [svg.classList.contains("narrow"), svg.getBBox().height > 60, svg.getBoundingClientRect().right])',
    )) as [boolean, boolean, number][];
    expect(shown.length).toBeGreaterThanOrEqual(5);
    for (const [narrow, isDrawn, right] of shown) {
      expect([narrow, isDrawn]).toEqual([isNarrow, true]);
      expect(right).toBeLessThanOrEqual(width);
    }
  });

  test("keeps the text of a chart on a phone at 12 px or more", async () => {
    const sizes = (await measure(
      360,
      '[...d.querySelectorAll("svg.chart.narrow")].map((svg) =>' +
        " 13 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)",
    )) as number[];
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(12);
  });

  test("is walked by the keyboard in reading order, and shows where it is", async () => {
    expect(await measure(1280, 'd.querySelectorAll("[tabindex]:not([tabindex=\\"0\\"])").length')).toBe(0);
    const first = 'd.querySelector("a, button, summary, [tabindex]")';
    expect(
      await measure(1280, `[${first}.className, (${first}.focus(), ${first}.getBoundingClientRect().left >= 0)]`),
    ).toEqual(["skip", true]);
  });

  test("asks for nothing: no resource but the page itself is loaded", async () => {
    expect(await measure(1280, 'f.contentWindow.performance.getEntriesByType("resource").length')).toBe(0);
  });

  test("prints: a PDF of some pages comes out, with what is folded on screen", async () => {
    const pdf = join(dir, "study.pdf");
    execFileSync(CHROMIUM!, [...FLAGS, `--print-to-pdf=${pdf}`, `file://${join(dir, "study.html")}`], {
      stdio: "pipe",
    });
    const bytes = await readFile(pdf);
    expect(bytes.subarray(0, 5).toString()).toBe("%PDF-");
    expect(bytes.toString("latin1").match(/\/Type\s*\/Page\b/g)!.length).toBeGreaterThan(8);
  });
});
