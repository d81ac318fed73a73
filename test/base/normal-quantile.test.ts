import { expect, test } from "vitest";

import { normalQuantile, Z90 } from "../../src/base/normal-quantile.ts";

// Values of the printed tables of the normal distribution (NIST/SEMATECH e-Handbook 1.3.6.7.1; R 4 qnorm).
test.each([
  [0.5, 0],
  [0.75, 0.6744897501960817],
  [0.9, 1.2815515655446004],
  [0.975, 1.959963984540054],
  [0.99, 2.3263478740408408],
  [0.999, 3.090232306167813],
  [1e-6, -4.753424308822899],
  [1e-12, -7.034483825301131],
  [1e-20, -9.26234008979841],
])("the normal quantile of %d is %d", (probability, z) => {
  expect(normalQuantile(probability)).toBeCloseTo(z, 12);
});

test("it is odd about one half and agrees with the constant for p90", () => {
  for (const p of [0.01, 0.2, 0.42, 0.4999]) expect(normalQuantile(p)).toBeCloseTo(-normalQuantile(1 - p), 12);
  expect(normalQuantile(0.9)).toBeCloseTo(Z90, 14);
});

test("it is not a number outside the open interval", () => {
  expect(normalQuantile(-0.1)).toBeNaN();
  expect(normalQuantile(1.5)).toBeNaN();
});
