import { join } from "node:path";

import { folderStorage } from "./folder-storage.ts";
import { isS3, s3Storage } from "./s3-storage.ts";
import type { Storage } from "./storage-file.ts";

/**
 * Opens the storage of an artefact: a folder, or `s3://bucket/prefix`. Nothing is created or requested until the
 * storage is used.
 */
export function openStorage(location: string): Storage {
  return isS3(location) ? s3Storage(location, process.env) : folderStorage(location);
}

/** Location of a storage inside another one. */
export function placeIn(location: string, name: string): string {
  return isS3(location) ? `${location.replace(/\/+$/, "")}/${name}` : join(location, name);
}
