/** A file in the listing of a storage. */
export type StorageFile = { name: string; modifiedMs: number };

/** A file with its path relative to the storage, separated by slashes. */
export type StoredFile = StorageFile & {
  bytes: number;
  /** Identity shared by all hard links of one file, and their number; undefined if the file has only one name. */
  linked?: { id: string; names: number } | undefined;
};

/** Storage for the files of one artefact; names do not contain folders. */
export type Storage = {
  /** Content of a file; undefined if it does not exist. */
  read: (name: string) => Promise<Buffer | undefined>;
  /** Writes a file completely or not at all, replacing an existing one. Throws Failure outside if it cannot. */
  write: (name: string, content: string | Uint8Array) => Promise<void>;
  /** Like `write`, but the file may be lost in a crash of the machine until the next `write` has returned. */
  writeSoon: (name: string, content: Uint8Array) => Promise<void>;
  /** Makes a file equal to one in another storage without copying its bytes; false if not supported. */
  copyFrom: (location: string, name: string) => Promise<boolean>;
  /** All files, including leftovers of interrupted writes; none if the storage does not exist. */
  list: () => Promise<StorageFile[]>;
  /** All files, including those in subfolders. */
  listBelow: () => Promise<StoredFile[]>;
  /** Removes a file if it exists. A folder that becomes empty is removed too. */
  remove: (name: string) => Promise<void>;
};
