import { createHash, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";

import { asWriteFailure } from "../../../base/atomic-write.ts";
import { Failure } from "../../../base/failure.ts";

/** Bytes of a key. */
const KEY_BYTES = 32;

/** Environment variable with a key as 64 hexadecimal digits. */
export const KEY_VARIABLE = "TUNEWRIGHT_REDACTION_KEY";

/** Functions of a key for operators. The key itself is not exposed. */
export type RedactionKey = {
  /** Id of the key for lineage: 16 hexadecimal digits that reveal nothing about it. */
  id: string;
  /** HMAC-SHA-256 of a value, 32 bytes, by a separate key for each purpose. */
  mac: (purpose: string, value: string) => Buffer;
  /** 32 bytes for a cipher, by purpose. */
  derive: (purpose: string) => Buffer;
};

/** A key from 32 secret bytes. Each purpose has its own key by HKDF-SHA-256 (RFC 5869). */
export function redactionKey(secret: Uint8Array): RedactionKey {
  const derived = new Map<string, Buffer>();
  const derive = (purpose: string): Buffer => {
    let bytes = derived.get(purpose);
    if (bytes === undefined) {
      bytes = Buffer.from(hkdfSync("sha256", secret, "redaction key 1", purpose, KEY_BYTES));
      derived.set(purpose, bytes);
    }
    return bytes;
  };
  return {
    id: createHash("sha256").update(derive("id")).digest("hex").slice(0, 16),
    mac: (purpose, value) => createHmac("sha256", derive(purpose)).update(value).digest(),
    derive,
  };
}

/**
 * Reads a key from a file, or creates one there (mode 600) if it does not exist; without a file, reads it from the
 * environment.
 *
 * @returns undefined if neither is given
 * @throws Failure if others may read the file, it contains no key, or none can be written; no message contains the key
 */
export function readRedactionKey(
  path: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): { key: RedactionKey; isNew: boolean } | undefined {
  const variable = environment[KEY_VARIABLE];
  if (path === undefined) {
    return variable === undefined ? undefined : { key: redactionKey(parsed(variable, KEY_VARIABLE)), isNew: false };
  }
  if (!existsSync(path)) {
    const secret = randomBytes(KEY_BYTES);
    try {
      writeFileSync(path, `${secret.toString("hex")}\n`, { mode: 0o600, flag: "wx" });
      chmodSync(path, 0o600);
    } catch (error) {
      throw asWriteFailure(error, path);
    }
    return { key: redactionKey(secret), isNew: true };
  }
  const stat = statSync(path);
  if (!stat.isFile())
    throw new Failure("bad_input", `${path}: no such key file`, {
      hint: "name an existing key file, or one that does not exist to create it",
    });
  const mode = stat.mode & 0o777;
  if ((mode & 0o077) !== 0) {
    throw new Failure("bad_input", `${path}: others can read it (mode ${mode.toString(8)}), expected mode 600`, {
      hint: `chmod 600 ${path}`,
    });
  }
  return { key: redactionKey(parsed(readFileSync(path, "utf8"), path)), isNew: false };
}

function parsed(text: string, where: string): Buffer {
  if (!/^[0-9a-f]{64}\s*$/i.test(text)) {
    throw new Failure("bad_input", `${where}: no key, expected 64 hexadecimal digits`, {
      hint: "name a file that does not exist: a key is created there",
    });
  }
  return Buffer.from(text.trim(), "hex");
}
