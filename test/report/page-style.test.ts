import { describe, expect, test } from "vitest";

import { PAGE_STYLE, pageMargins } from "../../src/report/page-style.ts";

/** Colours of the page by name: of the light page, or with those of the dark page in their place. */
function colors(isDark: boolean): Record<string, string> {
  const [light, dark] = PAGE_STYLE.split("@media (prefers-color-scheme:dark)");
  const of = (css: string): Record<string, string> =>
    Object.fromEntries([...css.matchAll(/--([\w-]+):(#[0-9a-f]{6})/g)].map(([, name, hex]) => [name!, hex!]));
  return isDark ? { ...of(light!), ...of(dark!.split("}}")[0]!) } : of(light!);
}

/** Contrast ratio of two colours (WCAG 2.2, relative luminance). */
function contrast(a: string, b: string): number {
  const luminance = (hex: string): number => {
    const [r, g, blue] = [1, 3, 5].map((at) => {
      const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return channel <= 0.040_45 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * blue!;
  };
  const [low, high] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

const TEXT: readonly [ink: string, ground: string][] = [
  ...["paper", "panel", "good-soft", "warn-soft", "bad-soft"].map((ground): [string, string] => ["ink", ground]),
  ["soft-ink", "paper"],
  ["soft-ink", "panel"],
  ["soft-ink", "warn-soft"],
  ["link", "paper"],
  ["link", "panel"],
  ["good", "good-soft"],
  ["warn", "warn-soft"],
  ["bad", "bad-soft"],
];

const MARKS = ["main", "warm", "good", "bad", "muted", "1", "2", "3", "4", "5", "6", "7"].map(
  (name) => `chart-${name}`,
);

describe.each([
  ["light", false],
  ["dark", true],
])("colours of the %s page", (_name, isDark) => {
  test.each(TEXT)("%s on %s can be read: 4.5 to 1 (WCAG 1.4.3)", (ink, ground) => {
    const color = colors(isDark);
    expect(contrast(color[ink]!, color[ground]!)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(MARKS)("%s stands out from the paper: 3 to 1 (WCAG 1.4.11)", (mark) => {
    const color = colors(isDark);
    expect(contrast(color[mark]!, color["paper"]!)).toBeGreaterThanOrEqual(3);
  });
});

test("the margin of a printed page carries the name and the number of the page", () => {
  expect(pageMargins("Order desk")).toContain('@bottom-left{content:"Order desk"');
  expect(pageMargins("Order desk")).toContain('counter(page) " / " counter(pages)');
  expect(pageMargins("x".repeat(200))).toContain(`"${"x".repeat(69)}\\2026 "`);
});

test("a name cannot end its string, its rule or the style", () => {
  const css = pageMargins(`a"}</style><script>x</script>\\`);
  expect(css).not.toContain("</");
  expect(css).toContain('"a\\22 \\7d \\3c \\2f style\\3e ');
});
