import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { studyHtml } from "../../src/programme/study/study-html.ts";
import { ROOT } from "../cli/run-cli.ts";
import { studyOf, studyOfFixture } from "../programme/study/study-of-fixture.ts";

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

/** True where pages of a PDF can be read as text. */
const HAS_PDFTOTEXT = (() => {
  try {
    execFileSync("pdftotext", ["-v"], { stdio: "pipe" });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(CHROMIUM === undefined || !HAS_PDFTOTEXT)(
  "a printed study (install chromium and poppler-utils where this is skipped)",
  () => {
    test.each(["contracts", "support", "clinical"])("of %s is three pages and an appendix", async (name) => {
      const page = join(dir, `${name}.html`);
      const pdf = join(dir, `${name}.pdf`);
      await writeFile(page, studyHtml(await studyOf(join(ROOT, "examples", name))));
      execFileSync(CHROMIUM!, [...FLAGS, "--no-pdf-header-footer", `--print-to-pdf=${pdf}`, `file://${page}`], {
        stdio: "pipe",
      });
      const headingsOf = (number: number): string[] =>
        execFileSync("pdftotext", ["-f", `${number}`, "-l", `${number}`, "-layout", pdf, "-"], { encoding: "utf8" })
          .split("\n")
          .map((line) => line.trim())
          .filter((line) => SUMMARY.includes(line) || line === "Appendix");
      expect([1, 2, 3].flatMap(headingsOf)).toEqual(SUMMARY);
      expect(headingsOf(3)).toContain("Sign-off");
      expect(headingsOf(4)).toEqual(["Appendix"]);
    });
  },
);

/** Headings of the summary in their order; the first page has no heading but its title. */
const SUMMARY = ["Decide next", "Payback", "Risks", "What is unknown", "Sign-off"];
