import { z } from "zod";
import { DatabaseName, isDistinct } from "./environment.ts";

const Recipient = z
  .string()
  .regex(/^age1[02-9ac-hj-np-z]{20,}$/, "must be a public key of age, age1..., as age-keygen prints it");

const Cron = z
  .string()
  .regex(/^\S+( \S+){4}$/, "must be five fields of cron, for example 0 3 * * * for three o'clock");

/** A whole number of something, within limits. */
function whole(of: string, least: number, most = Number.MAX_SAFE_INTEGER) {
  const limits = most === Number.MAX_SAFE_INTEGER ? `, ${least} or more` : ` from ${least} to ${most}`;
  const error = `must be a whole number of ${of}${limits}`;
  return z.int(error).min(least, error).max(most, error);
}

/** A number of something, more than none of it. */
const positive = (of: string) => {
  const error = `must be a number of ${of}, more than 0`;
  return z.number(error).positive(error);
};

/** Everything about backups that is no secret. */
export const BackupSettings = z.strictObject({
  /** The bucket, and where it is. */
  bucket: z.string().min(3, "must be the name of a bucket"),
  region: z.string().min(1, "must be a region, for example eu-central-1"),
  /** Another S3 than Amazon's. */
  endpoint: z.url("must be a URL, for example https://s3.example.com").optional(),
  prefix: z
    .string()
    .regex(
      /^(?:[A-Za-z0-9_-]+\/)+$/,
      "must be one or more folders, each ending in a slash, such as postgres/",
    )
    .default("postgres/"),
  /** Name of the database cluster among those that share the bucket. */
  cluster: DatabaseName,
  /**
   * The databases to back up.
   * @default - the one that DATABASE_URL names
   */
  databases: z
    .array(DatabaseName)
    .min(1, "must name a database at least")
    .refine(isDistinct, "must not name a database twice")
    .optional(),
  /** Who can open the backups. Put in a new one before you take out the old one. */
  recipients: z
    .array(Recipient)
    .min(1, "must name a public key at least")
    .refine(isDistinct, "must not name a public key twice"),
  /** A backup whose dump has fewer bytes than this is none. */
  minimumBytes: whole("bytes", 0).default(0),
  /** Whether a database without any table may be backed up. */
  allowEmpty: z.boolean().default(false),
  /** Minutes after which maintenance begins no further table. */
  maintenanceMinutes: whole("minutes", 1, 1440).default(120),
  /** Seconds in which the server has to take a connection; it is tried again until then. */
  connectSeconds: whole("seconds", 0, 3600).default(60),
  /** Seconds that a table may stay locked before the run gives up. */
  lockWaitSeconds: whole("seconds", 1, 3600).default(60),
  /** Days after which the bucket lets a backup go, as its own rule has it. */
  retentionDays: whole("days", 1).default(30),
  /** Hosts that nothing is restored to without typed confirmation; the source is one of them in any case. */
  productionHosts: z.array(z.string()).default([]),
  /** When the worker does what. */
  schedule: z
    .strictObject({
      backup: Cron.default("0 3 * * *"),
      maintenance: Cron.optional(),
      timeZone: z
        .string()
        .refine((zone) => isTimeZone(zone), "must be a time zone, for example Africa/Luanda")
        .default("UTC"),
      /** Seconds by which a start may be late, so that not all the world's backups start at once. */
      jitterSeconds: whole("seconds", 0, 3600).default(120),
    })
    .prefault({}),
  drill: z
    .strictObject({
      /** The oldest that the newest backup may be. */
      maxAgeHours: positive("hours").default(26),
      /**
       * Minutes that a recovery may take.
       * @default - 15, which every report calls slipway's own number
       */
      objectiveMinutes: positive("minutes").optional(),
    })
    .prefault({}),
});
export type BackupSettings = z.output<typeof BackupSettings>;

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
