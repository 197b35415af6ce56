import { z } from "zod";
import { RecoverySettings } from "../../components/recovery.settings.ts";
import { VerifySettings } from "../../components/verify.settings.ts";
import { Refusal, withGitHub } from "../github.ts";
import { call } from "./calls.ts";
import { appOf, type ReleaseContext } from "./context.ts";
import type { RecordPlace } from "./deployments.ts";
import { type ReleaseRecord, readRecords } from "./records.ts";

/** How delivery goes, in the four figures that teams compare, and availability. */
export interface Figures {
  version: 1;
  stack: string;
  days: number;
  /** Releases that were brought up, rollbacks left out. */
  deployments: number;
  perWeek: number;
  /** Median of the hours from a release's commit, else from its build, to its first verification here. */
  leadTimeHours?: number | undefined;
  changeFailurePercent?: number | undefined;
  /** Median of the minutes from a failure to the next success. */
  restoreMinutes?: number | undefined;
  /** What that may take: the promise of `recovery.stackMinutes`, until everything is there again. */
  restoreTargetMinutes: number;
  /** Of the last thirty days, by the platform's checks from outside, and what was to be reached. */
  availability: { name: string; percent: number }[];
  /** Checks that have not looked yet. */
  unseen: string[];
  targetPercent: number;
}

const day = 86_400_000;

/**
 * The figures of a stack from its recorded releases, in DORA's terms (dora.dev, "DORA's software delivery performance metrics"):
 * lead time begins with the commit, a change failed where it was rolled back or did not pass, and is recovered by the next that
 * passes, a rollback included.
 *
 * @param commits - when the commits of the releases were made, as far as that is known
 */
export function figuresOf(
  records: readonly ReleaseRecord[],
  now: Date,
  days: number,
  commits: ReadonlyMap<string, string> = new Map(),
): Omit<Figures, "version" | "stack" | "availability" | "unseen" | "targetPercent" | "restoreTargetMinutes"> {
  const since = now.getTime() - days * day;
  const recent = records.filter(({ at }) => Date.parse(at) >= since);
  const words = ({ statuses }: ReleaseRecord) => {
    const said = statuses.filter(({ state }) => ["success", "failure", "error"].includes(state));
    // A verification that broke off and was done again says nothing of the change.
    return said.filter(({ state }, index) => state !== "error" || index === said.length - 1);
  };
  const brought = recent.filter((one) => one.way === "up" && words(one).length > 0);
  const failed = brought.filter((one) => words(one).some(({ state }) => state !== "success"));
  const leads = brought.flatMap((one) => {
    const success = words(one).find(({ state }) => state === "success");
    const { commit = "", builtAt } = one.release;
    const begun = commits.get(commit) ?? builtAt;
    return success === undefined || begun === undefined ? [] : [Date.parse(success.at) - Date.parse(begun)];
  });
  // The oldest record first: what was said in one second stays in the order of its records.
  const all = recent
    .toReversed()
    .flatMap(words)
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const restores = all.flatMap(({ state, at }, index) => {
    const isFirst = state !== "success" && (index === 0 || all[index - 1]?.state === "success");
    const next = isFirst ? all.slice(index).find((one) => one.state === "success") : undefined;
    return next === undefined ? [] : [Date.parse(next.at) - Date.parse(at)];
  });
  return {
    days,
    deployments: brought.length,
    perWeek: rounded((brought.length * 7) / days),
    leadTimeHours: median(leads, 3_600_000),
    changeFailurePercent: brought.length === 0 ? undefined : rounded((100 * failed.length) / brought.length),
    restoreMinutes: median(restores, 60_000),
  };
}

const rounded = (value: number): number => Math.round(value * 10) / 10;

function median(values: readonly number[], unit: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : rounded((low + high) / 2 / unit);
}

const Commit = z.object({ commit: z.object({ committer: z.object({ date: z.string() }) }) });
const mostCommits = 100;

/** When commits were made; one that GitHub does not know any more is left out. */
export function commitTimes(
  { access, owner, repo }: RecordPlace,
  records: readonly ReleaseRecord[],
): Promise<Map<string, string>> {
  const commits = new Set(records.flatMap(({ release }) => release.commit ?? []));
  return withGitHub(access, async (ask) => {
    const times = new Map<string, string>();
    for (const commit of [...commits].slice(0, mostCommits))
      try {
        const { data } = await ask("GET /repos/{owner}/{repo}/commits/{ref}", { owner, repo, ref: commit });
        const checked = Commit.safeParse(data);
        if (checked.success) times.set(commit, checked.data.commit.committer.date);
      } catch (error) {
        if (!(error instanceof Refusal) || ![404, 409, 422].includes(error.status)) throw error;
      }
    return times;
  });
}

const Checks = z.object({
  checks: z.array(z.object({ id: z.string(), name: z.string(), target: z.string() })).default([]),
});
const State = z.object({
  state: z
    .object({
      regions: z
        .record(
          z.string(),
          z.object({ status: z.string().optional(), thirty_day_uptime_percentage: z.number().optional() }),
        )
        .optional(),
    })
    .optional(),
});

/** What figures are taken from. */
export type FiguresContext = Pick<ReleaseContext, "settings" | "place" | "platform" | "signal" | "now">;

/** The figures of a stack, with the availability that the platform's checks saw. */
export async function figures(context: FiguresContext, days: number): Promise<Figures> {
  const { settings, place, platform, signal, now } = context;
  const [all, app] = await Promise.all([readRecords(place, 300), appOf(context)]);
  const records = all.filter(({ at }) => Date.parse(at) >= now().getTime() - days * day);
  const hosts = [
    app.live_url,
    app.default_ingress,
    ...app.domains.map(({ spec }) => `https://${spec?.domain}`),
  ].map((url) => URL.parse(url ?? "")?.host);
  const { checks } = await call(platform, "/v2/uptime/checks?page=1&per_page=200", Checks, { signal });
  const own = checks.filter(({ target }) => hosts.includes(URL.parse(target)?.host));
  const seen = await Promise.all(
    own.map(async ({ id, name }) => {
      const { state } = await call(platform, `/v2/uptime/checks/${id}/state`, State, { signal });
      // A region that has not looked yet says 0.
      const shares = Object.values(state?.regions ?? {}).flatMap((region) =>
        region.status === "CHECKING" ? [] : (region.thirty_day_uptime_percentage ?? []),
      );
      return shares.length === 0 ? { name } : { name, percent: Math.min(...shares) };
    }),
  );
  const { targets } = settings.verify ?? VerifySettings.parse({});
  return {
    version: 1,
    stack: settings.stack,
    ...figuresOf(records, now(), days, await commitTimes(place, records)),
    restoreTargetMinutes: (settings.recovery ?? RecoverySettings.parse({})).stackMinutes,
    availability: seen.flatMap(({ name, percent }) => (percent === undefined ? [] : [{ name, percent }])),
    unseen: seen.flatMap(({ name, percent }) => (percent === undefined ? [name] : [])),
    targetPercent: targets.availabilityPercent,
  };
}
