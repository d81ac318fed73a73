import { sha256 } from "../../../base/hash.ts";

/** Bytes behind their own hash. */
export function sealedBytes(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(sha256(bytes), "hex"), bytes]);
}

/** The bytes of `sealedBytes`; undefined where they are not there, torn or changed. */
export function unsealedBytes(bytes: Uint8Array | undefined): Uint8Array | undefined {
  if (bytes === undefined || bytes.length < 32) return undefined;
  const content = Uint8Array.from(bytes.subarray(32)); // no Buffer, whose slices share; aligned for wider numbers
  return sha256(content) === Buffer.from(bytes.subarray(0, 32)).toString("hex") ? content : undefined;
}
