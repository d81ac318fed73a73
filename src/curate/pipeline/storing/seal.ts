import { createHmac, timingSafeEqual } from "node:crypto";

import { canonicalJson } from "../../../base/hash.ts";

/** Seals stored data and verifies seals. A valid seal cannot be made without the key. */
export type Seal = {
  /** A value as JSON with its seal, which detects corruption and values written by others. */
  sealed: (value: object) => string;
  /** The value of sealed JSON; undefined if it is damaged, changed, or sealed by another key. */
  unsealed: (text: string) => unknown;
  /** Bytes behind their seal. */
  sealedBytes: (bytes: Uint8Array) => Uint8Array;
  /** The bytes of `sealedBytes`; undefined if they are missing, damaged, changed, or sealed by another key. */
  unsealedBytes: (bytes: Uint8Array | undefined) => Uint8Array | undefined;
};

/** Bytes of a seal: HMAC-SHA-256, RFC 2104. */
const SEAL_BYTES = 32;

/** The secret key of a seal, 32 bytes. A missing key is created on sealing; nothing was sealed with it before. */
export type SealKey = { toSeal: () => Uint8Array; toOpen: () => Uint8Array | undefined };

/** Seals by a secret key. */
export function sealBy(key: SealKey): Seal {
  return {
    sealed: (value) => withSeal(value, key.toSeal()),
    unsealed: (text) => {
      const secret = key.toOpen();
      if (secret === undefined) return undefined;
      try {
        const { seal: _seal, ...value } = JSON.parse(text) as { seal?: unknown };
        // Compares bytes, not their meaning: a truncated file that lacks only its last line break still has its full
        // value.
        return isEqual(Buffer.from(withSeal(value, secret)), Buffer.from(text)) ? value : undefined;
      } catch {
        return undefined;
      }
    },
    sealedBytes: (bytes) => Buffer.concat([mac(bytes, key.toSeal()), bytes]),
    unsealedBytes: (bytes) => {
      const secret = key.toOpen();
      if (secret === undefined || bytes === undefined || bytes.length < SEAL_BYTES) return undefined;
      const content = Uint8Array.from(bytes.subarray(SEAL_BYTES)); // no Buffer, whose slices share; aligned for wider numbers
      return isEqual(mac(content, secret), bytes.subarray(0, SEAL_BYTES)) ? content : undefined;
    },
  };
}

function withSeal(value: object, secret: Uint8Array): string {
  return `${canonicalJson({ ...value, seal: mac(canonicalJson(value), secret).toString("hex") })}\n`;
}

function mac(content: string | Uint8Array, secret: Uint8Array): Buffer {
  return createHmac("sha256", secret).update(content).digest();
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
