import { randomBytes } from "node:crypto";

/**
 * Layout of the bucket: `<prefix><cluster>/<database>/<id>.dump.zst.age`, and beside it `<id>.json`, the manifest.
 * Cluster and database end in a slash, so no name is the beginning of another; ids sort as their times do. Configuration
 * is in `<prefix><cluster>/.config/<name>/<id>.config.zst.age`: no database's folder is called `.config`.
 */

/** Names the backups of one database, or of one piece of configuration. */
export interface BackupPlace {
  readonly prefix: string;
  readonly cluster: string;
  /** Name of the database, or of the piece of configuration. */
  readonly database: string;
  readonly isConfig?: boolean;
}

const suffixOf = ({ isConfig }: BackupPlace): string => (isConfig ? ".config.zst.age" : ".dump.zst.age");
const manifestSuffix = ".json";
const idForm = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\d{3})Z-[0-9a-f]{8}$/;

/** A new id: the time in UTC, so that clocks that are set back for summer make no two alike, and eight random digits. */
export function newId(at: Date, random: Buffer = randomBytes(4)): string {
  return `${at.toISOString().replaceAll(/[-:.]/g, "")}-${random.toString("hex")}`;
}

/** When the backup with that id began; undefined where the text is no id. */
export function timeOfId(id: string): Date | undefined {
  const [, year, month, day, hour, minute, second, millisecond] = idForm.exec(id) ?? [];
  if (year === undefined) return undefined;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}Z`);
  return Number.isNaN(time.getTime()) || newId(time, Buffer.alloc(4)).slice(0, 19) !== id.slice(0, 19)
    ? undefined
    : time;
}

/** Start of the keys of all backups of one database. */
export const databasePrefix = ({ prefix, cluster, database, isConfig }: BackupPlace): string =>
  `${prefix}${safeName(cluster)}/${isConfig ? ".config/" : ""}${safeName(database)}/`;

export const dumpKey = (place: BackupPlace, id: string): string =>
  `${databasePrefix(place)}${id}${suffixOf(place)}`;

export const manifestKey = (place: BackupPlace, id: string): string =>
  `${databasePrefix(place)}${id}${manifestSuffix}`;

/** What a key below one database's prefix is; undefined for anything else, also in deeper folders. */
export function readKey(
  place: BackupPlace,
  key: string,
): { readonly id: string; readonly kind: "dump" | "manifest" } | undefined {
  const start = databasePrefix(place);
  if (!key.startsWith(start)) return undefined;
  const name = key.slice(start.length);
  for (const [suffix, kind] of [
    [suffixOf(place), "dump"],
    [manifestSuffix, "manifest"],
  ] as const) {
    const id = name.slice(0, -suffix.length);
    if (name.endsWith(suffix) && timeOfId(id) !== undefined) return { id, kind };
  }
  return undefined;
}

/** Any name in characters that need no escape in a key, a URL or a shell: others become `.` and two hex digits. */
export function safeName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/gu, (character) =>
    [...Buffer.from(character)]
      .map((byte) => `.${byte.toString(16).toUpperCase().padStart(2, "0")}`)
      .join(""),
  );
}

/** The name that `safeName` was given. */
export function originalName(safe: string): string {
  const bytes = safe.replaceAll(
    /\.([0-9A-F]{2})|([^.])/g,
    (_match, hex: string | undefined, plain: string) =>
      hex === undefined ? Buffer.from(plain).toString("hex") : hex,
  );
  return Buffer.from(bytes, "hex").toString("utf8");
}
