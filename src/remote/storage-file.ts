/** A file in a storage listing. */
export type StorageFile = { name: string; modifiedMs: number };

/** A file with its path relative to the storage, separated by slashes. */
export type StoredFile = StorageFile & {
  bytes: number;
  /** Identity shared by all names of one file, and their number; undefined if it has only one name. */
  linked?: { id: string; names: number } | undefined;
};

/** Storage for the files of one artefact; names contain no folders. */
export type Storage = {
  /** Content of a file; undefined if it does not exist. */
  read: (name: string) => Promise<Buffer | undefined>;
  /** Writes a file completely or not at all, replacing an existing one. Throws Failure outside if it cannot. */
  write: (name: string, content: string | Uint8Array) => Promise<void>;
  /** Like `write`, but it may be lost in a crash of the machine until the next `write` has returned. */
  writeSoon: (name: string, content: Uint8Array) => Promise<void>;
  /** Makes a file equal to one in another storage without copying bytes; false if not supported. */
  copyFrom: (location: string, name: string) => Promise<boolean>;
  /** All files, including leftovers of interrupted writes; none if the storage does not exist. */
  list: () => Promise<StorageFile[]>;
  /** All files, including those in subfolders. */
  listBelow: () => Promise<StoredFile[]>;
  /** Removes a file if it exists; an empty folder is removed too. */
  remove: (name: string) => Promise<void>;
};
