import { z } from "zod";
import { adoptedByName } from "./internal/adoption.ts";
import { AbortUploadsAfterDays, bucketName } from "./internal/buckets.ts";
import type { Fault } from "./internal/faults.ts";
import { type Rule, ruled } from "./internal/rules.ts";
import type { NeededSecret } from "./internal/secrets.ts";
import { SecretName, text } from "./internal/values.ts";

/** Start of the keys under which is noted what became of backups; `backup/records.ts` writes there. */
export const recordsPrefix = "records/";

interface Kept {
  lock: { days: number };
  retentionDays: number;
}

/** What must hold between the settings of the backups. */
export const backupRules: readonly Rule<Kept>[] = [
  {
    id: "lock-retention",
    demands: "A lock ends before what it locks expires.",
    faults: ({ lock, retentionDays }) =>
      lock.days > retentionDays
        ? [
            {
              path: ["lock", "days"],
              message: "must be at most retentionDays: what is locked cannot expire",
            },
          ]
        : [],
  },
];

/** What a stack file may say about backups outside the database's platform. */
export const BackupBucketSettings = ruled(
  z.strictObject({
    bucket: bucketName("tinkertools-backups-production")
      .optional()
      .describe(
        "Name of the bucket, unique among all buckets of all AWS customers. Default: the product's name, `backups` and the stack's name.",
      ),
    import: adoptedByName.describe(
      "Whether the bucket is there already and is taken over. Object Lock is then switched on where it is off.",
    ),
    schedule: z
      .enum(["onDemand", "daily"])
      .default("onDemand")
      .describe("When a backup is made; `onDemand` is only when someone asks."),
    time: text(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "must be a time of day in UTC, such as 01:00")
      .default("01:00")
      .meta({ examples: ["01:30"] })
      .describe("When the daily backup begins, in UTC."),
    recipients: z
      .strictObject({
        secret: SecretName.describe("Key of the stack secret with the public keys.").meta({
          examples: ["backupRecipients"],
        }),
      })
      .prefault({ secret: "backupRecipients" })
      .describe(
        "Key of the stack secret with the public keys of age, one or more with blanks between, for which backups are encrypted.",
      ),
    heartbeat: z
      .strictObject({
        secret: SecretName.describe("Key of the stack secret with the address.").meta({
          examples: ["heartbeatUrl"],
        }),
      })
      .optional()
      .describe(
        "Key of the stack secret with an address that gets a POST after every backup, so that a watcher elsewhere misses one that does not come.",
      ),
    allowEmpty: z
      .boolean()
      .default(false)
      .describe("Whether a database without any table may be backed up, which otherwise is a failure."),
    retentionDays: z
      .int()
      .min(7, "must be at least 7, so that one bad week can be undone")
      .max(3650)
      .default(30)
      .describe("Days before a backup expires."),
    noncurrentDays: z
      .int()
      .min(1)
      .max(365)
      .default(7)
      .describe("Days for which an expired or overwritten backup can still be had back."),
    abortUploadsAfterDays: AbortUploadsAfterDays,
    lock: z
      .strictObject({
        mode: z
          .enum(["governance", "compliance"])
          .default("governance")
          .describe(
            "Mode of S3 Object Lock: `governance` yields to administrators with a permission for it, `compliance` to nobody.",
          ),
        days: z
          .int()
          .min(1)
          .max(3650)
          .default(7)
          .describe("Days for which a new backup is locked; at most `retentionDays`."),
      })
      .prefault({})
      .describe(
        "For so long nobody can delete a backup: with governance a few administrators can, with compliance nobody.",
      ),
    prefix: text(
      /^(?:[A-Za-z0-9_-]+\/)+$/,
      "must be one or more folders, each ending in a slash, such as postgres/",
    )
      .refine((prefix) => !prefix.startsWith(recordsPrefix), {
        error: `must not begin with ${recordsPrefix}, where verifications and drills are noted`,
      })
      .default("postgres/")
      .describe("Start of every object's key."),
    dumpGiB: z
      .number()
      .min(0.001)
      .max(10_000)
      .optional()
      .describe(
        "What one backup weighs, in GiB, for what they cost; nothing else uses it. Default: between 0.1 GiB and a quarter of the database's disk.",
      ),
    forceDestroy: z
      .boolean()
      .default(false)
      .describe("Whether destroying the stack deletes the backups too, as far as the lock lets it."),
  }),
  backupRules,
);
export type BackupBucketSettings = z.output<typeof BackupBucketSettings>;

/** What a stack may not say about backups because it is, or is not, a protected one; paths start at the block. */
export function backupProtectionFaults(settings: BackupBucketSettings, isProtected: boolean): Fault[] {
  if (isProtected)
    return settings.forceDestroy
      ? [{ path: "forceDestroy", message: "must be false on a protected stack, whose backups outlive it" }]
      : [];
  return settings.lock.mode === "compliance"
    ? [
        {
          path: "lock.mode",
          message:
            "must be governance outside production: a compliance lock makes the bucket undeletable while it lasts",
        },
      ]
    : [];
}

/** Whether the app backs the databases up by itself, on a schedule. */
export const isScheduled = (settings: BackupBucketSettings | undefined): boolean =>
  settings?.schedule === "daily";

/** Secrets that backups need; who makes none by schedule can do without. */
export function backupSecrets({ recipients, heartbeat, schedule }: BackupBucketSettings): NeededSecret[] {
  const optional = schedule === "onDemand";
  return [
    { name: recipients.secret, optional, usedBy: ["backups.recipients"] },
    ...(heartbeat === undefined ? [] : [{ name: heartbeat.secret, optional, usedBy: ["backups.heartbeat"] }]),
  ];
}

/** The public keys in the text of the secret. */
export const recipientsIn = (secret: string): string[] => secret.split(/\s+/).filter((key) => key !== "");

const areRecipients = (secret: string): boolean => {
  const keys = recipientsIn(secret);
  return keys.length > 0 && keys.every((key) => /^age1[02-9ac-hj-np-z]{58}$/.test(key));
};

/** Keys for which nothing can be encrypted; they are public, and not repeated all the same. */
export function recipientFaults(
  backups: BackupBucketSettings | undefined,
  given: ReadonlyMap<string, string>,
): Fault[] {
  const name = backups?.recipients.secret ?? "";
  const value = given.get(name);
  if (value === undefined || value === "" || areRecipients(value)) return [];
  const message =
    "must be public keys of age, age1..., with blanks between; age-keygen makes a pair and prints it";
  return [{ path: name, message }];
}
