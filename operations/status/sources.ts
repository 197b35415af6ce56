import { z } from "zod";
import { databasePrefix } from "../../backup/keys.ts";
import { recordsOf } from "../../components/backup-bucket.policies.ts";
import type { StackSettings } from "../../components/config.ts";
import { monthlyCost } from "../../components/cost.ts";
import type { Clouds } from "../drift/clouds.ts";
import { formOf } from "../drift/look.ts";
import { type StackState, textOf } from "../drift/state.ts";
import { findDrift } from "../drift.ts";
import { OperationFault } from "../fault.ts";
import { withGitHub } from "../github.ts";
import { recordPlace } from "../release/deployments.ts";
import { figures } from "../release/figures.ts";
import { readHold } from "../release/holds.ts";
import { readRecords, verifiedSince } from "../release/records.ts";
import { releaseName } from "../release/release.ts";
import type { Health, StatusSources } from "../status.ts";
import { backupBucket, clusterName, type FindBackups, newestBackups } from "./backups.ts";

/** What the facts of one stack are taken from. */
export interface StatusPlace {
  settings: StackSettings;
  awsRegion: string | undefined;
  clouds: Clouds;
  findBackups: FindBackups;
  /** What the engine knows of the stack. @throws OperationFault where that cannot be had */
  state: () => Promise<StackState>;
  /** The repository with the stack files, where promotions are pull requests. */
  home: string;
  now: () => Date;
}

const Cost = z.object({ minimum: z.number(), maximum: z.number() });

const patience = 5000;
/** Days that the figures of delivery are of. */
const figureDays = 30;
const Pulls = z.array(
  z.looseObject({ title: z.string(), html_url: z.string(), head: z.looseObject({ ref: z.string() }) }),
);

/** Where the facts of a stack come from: its records at GitHub, the platforms, its settings. */
export function statusSources(place: StatusPlace): StatusSources {
  const { settings, awsRegion, clouds, home, now } = place;
  let state: Promise<StackState> | undefined;
  const stateOnce = () => {
    state ??= place.state();
    return state;
  };
  return {
    release: async () => {
      const [record] = await readRecords(recordPlace(clouds.github(), settings), 1);
      if (record === undefined) return undefined;
      const isVerified = verifiedSince(record) !== undefined;
      return { name: releaseName(record.release), since: record.at, isVerified };
    },
    health: async () => healthOf(textOf((await stateOnce()).outputs["appUrl"]), healthPaths(settings)),
    promotion: async () => pendingPromotion(clouds, home, settings.stack),
    hold: async () => {
      const hold = await readHold(recordPlace(clouds.github(), settings));
      return hold && { reason: hold.reason, by: hold.by, since: hold.since };
    },
    backup: async () => newestBackups(await stateOnce(), settings, clouds, place.findBackups),
    drill: async () => newestDrill(stateOnce, settings, clouds),
    drift: async () => {
      const report = await findDrift(await stateOnce(), clouds, now());
      const [unchecked] = report.unchecked;
      if (report.drifts.length === 0 && unchecked !== undefined)
        throw new OperationFault(`${unchecked.resource}: ${unchecked.reason}`);
      return report.drifts.length;
    },
    cost: async () => {
      // What runs is what the last run made; the stack file tells what the next one would.
      const running = Cost.safeParse((await stateOnce().catch(() => undefined))?.outputs["monthlyCost"]);
      if (running.success) return running.data;
      const { minimum, maximum } = monthlyCost(settings, undefined, { awsRegion });
      return { minimum, maximum };
    },
    delivery: async () => {
      const place = recordPlace(clouds.github(), settings);
      const [record] = await readRecords(place, 1);
      if (record === undefined) return undefined;
      return await figures({ settings, place, platform: clouds.digitalocean(), now }, figureDays);
    },
  };
}

/** The paths that the platform asks, too. */
function healthPaths({ app }: StackSettings): string[] {
  const paths = Object.values(app?.services ?? {}).flatMap(({ health }) => health?.path ?? []);
  return [...new Set(paths)].sort();
}

/** Asks each path once. */
export async function healthOf(appUrl: string, paths: readonly string[]): Promise<Health> {
  if (appUrl === "") throw new OperationFault("the stack has no address: bring it up first");
  const answers = await Promise.all(
    paths.map(async (path) => {
      const answer = await fetch(`${appUrl.replace(/\/+$/, "")}${path}`, {
        redirect: "manual",
        signal: AbortSignal.timeout(patience),
      }).then(
        async (response) => {
          await response.body?.cancel();
          return String(response.status);
        },
        () => "no answer",
      );
      return { path, answer };
    }),
  );
  return { isGood: answers.every(({ answer }) => answer === "200"), paths: answers };
}

async function pendingPromotion(clouds: Clouds, home: string, stack: string) {
  const [owner = "", repo = ""] = home.split("/");
  const pulls = await withGitHub(clouds.github(), async (ask) => {
    const { data } = await ask("GET /repos/{owner}/{repo}/pulls", {
      owner,
      repo,
      state: "open",
      per_page: 100,
    });
    return formOf(Pulls, data, "GET of pull requests");
  });
  // Whole, since one stack's name may be how another's begins.
  const branch = new RegExp(`^slipway/promote-${stack}-[0-9a-f]{12}-[0-9a-f]{7}$`);
  const found = pulls.find(({ head }) => branch.test(head.ref));
  return found && { title: found.title, url: found.html_url };
}

/**
 * When the last drill passed, by the records in the bucket or by the stack file, whichever is later; of several databases
 * that of the one whose last is the oldest, and none where one has none.
 */
async function newestDrill(
  state: () => Promise<StackState>,
  { backups, database, recovery }: StackSettings,
  clouds: Clouds,
): Promise<string | undefined> {
  const noted = recovery?.drill?.date;
  if (backups === undefined || database === undefined) return noted;
  const { prefix } = backups;
  const recorded = await state()
    .then(async (known) => {
      const keys = (await objectsBelow(known, recordsOf(prefix), clouds)).map(({ Key = "" }) => Key);
      return Object.keys(database.databases).map((name) => {
        const start = recordsOf(databasePrefix({ prefix, cluster: clusterName(known), database: name }));
        return keys.filter((key) => key.startsWith(start)).flatMap((key) => drillTime(key) ?? []);
      });
    })
    .catch((error: unknown) => {
      if (noted === undefined) throw error;
      return [[]];
    });
  const last = recorded.map((times) => [...times, ...(noted === undefined ? [] : [noted])].sort().at(-1));
  return last.includes(undefined) ? undefined : last.sort()[0];
}

/** When the drill of a record's key passed; undefined for any other key. */
export function drillTime(key: string): string | undefined {
  const time = /\/drills\/(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\d{3}Z-[0-9a-f]{8}\.passed\.json$/.exec(key);
  return time === null ? undefined : `${time.slice(1, 4).join("-")}T${time.slice(4).join(":")}Z`;
}

async function objectsBelow(
  state: StackState,
  prefix: string,
  clouds: Clouds,
): Promise<{ Key?: string | undefined }[]> {
  const { name: bucket, region } = backupBucket(state);
  const { s3 } = await clouds.aws(region);
  const objects = [];
  let token: string | undefined;
  try {
    do {
      const page = await s3.listObjectsV2({
        Bucket: bucket,
        Prefix: prefix,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      });
      objects.push(...(page.Contents ?? []));
      token = page.NextContinuationToken;
    } while (token !== undefined);
  } catch (error) {
    const name = error instanceof Error ? error.name : "an unknown fault";
    throw new OperationFault(`the bucket's objects could not be listed (${name})`, { cause: error });
  }
  return objects;
}
