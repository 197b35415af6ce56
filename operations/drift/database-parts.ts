import { z } from "zod";
import type { DigitalOceanAccess } from "../digitalocean.ts";
import { differences } from "./differences.ts";
import { type Notes, told } from "./finding.ts";
import { listAtDigitalOcean } from "./look.ts";
import { type StateResource, textOf } from "./state.ts";

const Named = z.looseObject({ name: z.string() });
const Replica = z.looseObject({ name: z.string(), region: z.string().nullish(), size: z.string().nullish() });
const Pool = z.looseObject({
  name: z.string(),
  db: z.string().nullish(),
  user: z.string().nullish(),
  mode: z.string().nullish(),
  size: z.int().nullish(),
});

/** One kind of what a cluster has inside. */
interface Part {
  kind: "user" | "database" | "pool" | "replica";
  /** Where the API lists it, and under what. */
  list: string;
  entry: z.ZodType<{ name: string }>;
  /** The API's fields by the provider's. */
  fields: Readonly<Record<string, string>>;
  /** What the platform makes by itself. */
  own?: string;
}

const parts: readonly (Part & { type: string })[] = [
  {
    type: "databaseUser:DatabaseUser",
    kind: "user",
    list: "users",
    entry: Named,
    fields: {},
    own: "doadmin",
  },
  {
    type: "databaseDb:DatabaseDb",
    kind: "database",
    list: "dbs",
    entry: Named,
    fields: {},
    own: "defaultdb",
  },
  {
    type: "databaseConnectionPool:DatabaseConnectionPool",
    kind: "pool",
    list: "pools",
    entry: Pool,
    fields: { dbName: "db", user: "user", mode: "mode", size: "size" },
  },
  {
    type: "databaseReplica:DatabaseReplica",
    kind: "replica",
    list: "replicas",
    entry: Replica,
    fields: { region: "region", size: "size" },
  },
];

/** The users, databases, pools and replicas of a cluster: those of the program, as it set them, and no other. */
export async function partsDrift(
  notes: Notes,
  cluster: string,
  made: (type: string) => readonly StateResource[],
  { access, path }: { access: DigitalOceanAccess; path: string },
): Promise<void> {
  for (const part of parts) {
    const live = (await listAtDigitalOcean(access, `${path}/${part.list}`, part.list, part.entry)) ?? [];
    partDrift(notes, cluster, part, made(part.type), live);
  }
}

function partDrift(
  notes: Notes,
  cluster: string,
  { kind, fields, own }: Part,
  made: readonly StateResource[],
  live: readonly { name: string }[],
): void {
  const ours = made.map(({ inputs }) => textOf(inputs["name"]));
  for (const { inputs } of made) {
    const name = textOf(inputs["name"]);
    const found = live.find((one) => one.name === name) as Record<string, unknown> | undefined;
    if (found === undefined) {
      notes.gone(`${kind} ${name} of ${cluster}`);
      continue;
    }
    for (const [input, theirs] of Object.entries(fields))
      if (inputs[input] !== undefined && differences(inputs[input], found[theirs]).length > 0)
        notes.drift(
          "cluster",
          `${kind} ${name} of ${cluster}`,
          `${theirs} is ${told(found[theirs])}; the program says ${told(inputs[input])}`,
        );
  }
  for (const { name } of live)
    if (name !== own && !ours.includes(name))
      notes.drift(
        "database-access",
        cluster,
        `has the ${kind} ${told(name)}, which the program did not make`,
        "remove it, or add it to slipway:database",
      );
}
