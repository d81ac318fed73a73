import * as fc from "fast-check";
import { expect, test } from "vitest";

import { maskedLine } from "../../src/server/masked-line.ts";

test.each([
  ["authorization: Bearer S3CRETVALUE1", "authorization: [masked]"],
  ["headers {'Authorization': 'Basic S3CRETVALUE1='}", "headers {'Authorization': '[masked]'}"],
  ["sent Bearer S3CRETVALUE1 to the proxy", "sent Bearer [masked] to the proxy"],
  ["GET /api/v1/runs?token=S3CRETVALUE1&limit=5", "GET /api/v1/runs?token=[masked]&limit=5"],
  ["GET /x?limit=5&access_token=S3CRETVALUE1", "GET /x?limit=5&access_token=[masked]"],
  ["GET /x?X-Amz-Signature=S3CRETVALUE1&a=b", "GET /x?X-Amz-Signature=[masked]&a=b"],
  ['body {"name":"ann","password":"S3CRETVALUE1","n":1}', 'body {"name":"ann","password":"[masked]","n":1}'],
  [String.raw`text "{\"token\": \"S3CRETVALUE1\", \"n\": 1}"`, String.raw`text "{\"token\": \"[masked]\", \"n\": 1}"`],
  ["postgres://app:S3CRETVALUE1@db.example:5432/runs", "postgres://app:[masked]@db.example:5432/runs"],
  ["postgres://app:S3CRET@VALUE1@db.example/runs", "postgres://app:[masked]@db.example/runs"],
  ["host=db user=app password=S3CRETVALUE1 dbname=runs", "host=db user=app password=[masked] dbname=runs"],
  ["cookie: tunewright_session=S3CRETVALUE1; theme=dark", "cookie: [masked]"],
  ["AWS_SECRET_ACCESS_KEY=S3CRETVALUE1", "AWS_SECRET_ACCESS_KEY=[masked]"],
  ["key sk-S3CRETVALUE1S3CRETVALUE1 was refused", "key [key] was refused"],
  ["tw_S3CRETVALUE1S3CRETVALUE1", "[key]"],
  ["-----BEGIN PRIVATE KEY-----\nS3CRETVALUE1\n-----END PRIVATE KEY-----", "[key]"],
])("a secret does not get into a log: %s", (line, masked) => {
  expect(maskedLine(line)).toBe(masked);
  expect(maskedLine(line)).not.toMatch(/S3CRET/);
});

test.each([
  "listening on http://127.0.0.1:5000",
  "bug: GET /api/v1/runs: TypeError: row.token is not a function\n    at read (runs.ts:12:5)",
  "metrics.key 'loss' has 3 tokens per step; throughput_tokens=14",
  "the basic plan has 8 GPUs; password is missing",
])("what is no secret stays: %s", (line) => {
  expect(maskedLine(line)).toBe(line);
});

test("a secret of any letters is masked in a field of JSON, an address and a connection string", () => {
  const letters = "abcXYZ0189-_.~+/".split("");
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...letters), minLength: 9, maxLength: 40 }), (secret) => {
      expect(maskedLine(JSON.stringify({ user: "u", password: secret, n: 1 }))).toBe(
        '{"user":"u","password":"[masked]","n":1}',
      );
      expect(maskedLine(`GET /runs?token=${encodeURIComponent(secret)}&n=1`)).toBe("GET /runs?token=[masked]&n=1");
      expect(maskedLine(`postgres://u:${encodeURIComponent(secret)}@h/d`)).toBe("postgres://u:[masked]@h/d");
    }),
  );
});
